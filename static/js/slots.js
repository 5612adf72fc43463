// The booking box. The server draws it whole: days and lengths are links, times are radios. This script fetches
// the same links and puts the answer's #slotbox in place, keeps the button's words on the chosen time, and moves
// between free days with the arrow keys.
const form = document.getElementById("bookform");
const box = () => document.getElementById("slotbox");
const chosen = () => form.querySelector('input[name="at"]:checked');

function sayChosen() {
  const button = form.querySelector("[data-cta]");
  const radio = chosen();
  if (!button) return;
  const time = radio?.closest("label").querySelector("span")?.textContent.trim();
  button.textContent = time ? button.dataset.cta.replace("{time}", time) : button.dataset.ctaNone;
  for (const dock of document.querySelectorAll("[data-dock-time]")) {
    if (radio) dock.textContent = radio.dataset.label || time;
  }
}

async function show(url, focus) {
  const old = box();
  old.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(url, { headers: { "X-Requested-With": "fetch", "X-Partial": "slotbox" } });
    if (!answer.ok) throw new Error(answer.status);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    old.replaceWith(document.adoptNode(page.getElementById("slotbox")));
    history.replaceState(history.state, "", url);
    if (focus) box().querySelector(focus)?.focus();
    sayChosen();
    watchTimes();
  } catch {
    location.assign(url);
  }
}

function onClick(event) {
  const link = event.target.closest("#slotbox a[data-slot-link]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  const focus = link.closest(".cal table") ? ".cal [aria-current]" : link.id ? `#${CSS.escape(link.id)}` : null;
  show(link.href, focus);
}

function onChange(event) {
  if (event.target.name === "at") sayChosen();
  if (event.target.name !== "tz") return;
  const url = new URL(location.href);
  const current = box().querySelector(".cal a[aria-current]") ?? box().querySelector(".seg a[aria-current]");
  if (current) url.search = new URL(current.href).search;
  url.searchParams.set("tz", event.target.value);
  show(url.href, 'select[name="tz"]');
}

function onKey(event) {
  const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 7, ArrowUp: -7 }[event.key];
  if (!step || !event.target.closest(".cal table")) return;
  const days = [...form.querySelectorAll(".cal td > *")];
  let at = days.indexOf(event.target);
  do at += step;
  while (days[at] && !days[at].matches("a"));
  if (!days[at]) return;
  event.preventDefault();
  days[at].focus();
}

if (form) {
  form.addEventListener("click", onClick);
  form.addEventListener("change", onChange);
  form.addEventListener("keydown", onKey);
  form.querySelector("[data-plain]")?.setAttribute("hidden", "");
  sayChosen();
}
const dock = document.querySelector(".dock");
const near = new IntersectionObserver((entries) => (dock.hidden = entries.at(-1).isIntersecting));
// The dock leads to the times, so it stands until they are in sight. They are replaced with the box.
function watchTimes() {
  if (!dock) return;
  near.disconnect();
  near.observe(form?.querySelector(".slots__g") ?? document.querySelector(".book"));
}
watchTimes();
