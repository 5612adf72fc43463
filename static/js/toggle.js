// [data-show="#id"] shows or hides a password; [data-tab="name"] sets data-tab on the nearest [data-tabs].
document.addEventListener("click", (event) => {
  const eye = event.target.closest("[data-show]");
  const tab = event.target.closest("[data-tab]:is(button)");
  if (eye) {
    const field = document.querySelector(eye.dataset.show);
    const shown = field.type === "password";
    field.type = shown ? "text" : "password";
    eye.setAttribute("aria-pressed", shown);
  }
  if (tab) {
    const frame = tab.closest("[data-tabs]");
    frame.dataset.tab = tab.dataset.tab;
    for (const other of frame.querySelectorAll("button[data-tab]")) {
      other.setAttribute("aria-pressed", other === tab);
    }
    frame.dispatchEvent(new CustomEvent("tab", { detail: tab.dataset.tab }));
  }
});
for (const eye of document.querySelectorAll("[data-show]")) eye.hidden = false;
