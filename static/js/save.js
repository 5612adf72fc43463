// form[data-save]: keeps or drops a listing without leaving the page. The button's aria-pressed is the state,
// data-on and data-off are the words said. A refused request falls back to the plain form.
document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-save]");
  if (!form || form.dataset.plain) return;
  event.preventDefault();
  const button = form.querySelector("[aria-pressed]");
  const on = button.getAttribute("aria-pressed") !== "true";
  button.setAttribute("aria-pressed", on);
  const answer = await fetch(form.action, {
    method: "POST",
    body: new FormData(form),
    headers: { "X-Requested-With": "fetch" },
    redirect: "manual",
  }).catch(() => null);
  if (answer && (answer.ok || answer.type === "opaqueredirect")) {
    const said = on ? form.dataset.on : form.dataset.off;
    document.dispatchEvent(new CustomEvent("toast", { detail: said }));
  } else {
    form.dataset.plain = "yes";
    form.requestSubmit();
  }
});
