// The booking form. The server counts everything up; this script asks it again when a choice changes and puts the
// answer's [data-live] parts in place, so that the button for it is not needed.
const form = document.getElementById("bookingform");
let asked = 0;

async function update() {
  const mine = ++asked;
  const data = new FormData(form);
  data.set("do", "update");
  const parts = [...document.querySelectorAll("[data-live]")];
  for (const part of parts) part.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(form.action, { method: "POST", body: data, headers: { "X-Requested-With": "fetch" } });
    if (!answer.ok || answer.redirected) throw new Error(answer.status);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (mine !== asked) return;
    const focus = document.activeElement;
    const held = focus?.closest("[data-live]") ? [focus.name, focus.value] : null;
    for (const part of parts) part.replaceWith(document.adoptNode(page.getElementById(part.id)));
    if (held) [...form.elements].find((one) => one.name === held[0] && one.value === held[1])?.focus();
  } catch {
    for (const part of parts) part.removeAttribute("aria-busy");
    for (const plain of form.querySelectorAll("[data-plain]")) plain.hidden = false;
  }
}

// Whether a choice is another one than the page came with: made before this script ran, or put back by the browser.
function isChanged(one) {
  if (one.options) return one.selectedIndex !== Math.max(0, [...one.options].findIndex((option) => option.defaultSelected));
  return one.checked !== one.defaultChecked || (one.type === "date" && one.value !== one.defaultValue);
}

if (form) {
  form.addEventListener("change", (event) => {
    if (event.target.closest("[data-counts]")) update();
  });
  for (const plain of form.querySelectorAll("[data-plain]")) plain.hidden = true;
  if ([...form.elements].some((one) => one.closest("[data-counts]") && isChanged(one))) update();
}
