// Weekly hours: adds and removes ranges, and asks the server what clients would see. form#hours has data-preview,
// the address that answers the posted form with #pv; each day is li[data-day] holding .rngs and a <template>.
const form = document.getElementById("hours");
const WAIT = 350;
let timer;

async function preview() {
  const body = new FormData(form);
  const day = document.querySelector("#pv [aria-pressed=true]")?.value;
  if (day) body.set("preview_day", day);
  const answer = await fetch(form.dataset.preview, {
    method: "POST",
    body,
    headers: { "X-Requested-With": "fetch" },
  }).catch(() => null);
  if (!answer?.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById("pv");
  if (fresh) document.getElementById("pv").replaceWith(document.adoptNode(fresh));
}

function soon() {
  if (!form.dataset.preview) return;
  clearTimeout(timer);
  timer = setTimeout(preview, WAIT);
}

function onClick(event) {
  const remove = event.target.closest("[data-remove-range]");
  const add = event.target.closest("[data-add-range]");
  if (remove) {
    const day = remove.closest("[data-day]");
    remove.closest(".rng").remove();
    day.querySelector("[data-add-range]").focus();
    soon();
  }
  if (add) {
    const day = add.closest("[data-day]");
    day.querySelector(".rngs").append(day.querySelector("template").content.cloneNode(true));
    const open = day.querySelector("input[type=checkbox]");
    if (open) open.checked = true;
    day.querySelector(".rng:last-child input").select();
    soon();
  }
}

if (form) {
  form.addEventListener("click", onClick);
  form.addEventListener("input", soon);
  for (const button of form.querySelectorAll("[data-add-range], [data-remove-range]")) button.hidden = false;
  document.addEventListener("click", (event) => {
    const day = event.target.closest("#pv button[value]");
    if (!day) return;
    event.preventDefault(); // without this script the button posts the form and gets the whole page
    for (const other of document.querySelectorAll("#pv button[value]")) {
      other.setAttribute("aria-pressed", other === day);
    }
    preview();
  });
}
