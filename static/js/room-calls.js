// @-completion: whoever sits in the room, while one writes. The field keeps the focus; the list only says what is there.
import { data, make } from "./room-draw.js";

const field = document.getElementById("msg");
const list = document.getElementById("called");
const BEGUN = /(?:^|[^\w@/.:-])@([a-z0-9-]{0,40})$/i;
const WAIT = 120;

let timer;
let asked = 0; // an answer that comes late is dropped
let found = [];
let on = 0;

const begun = () => {
  const before = field.value.slice(0, field.selectionStart);
  return field.selectionStart === field.selectionEnd ? before.match(BEGUN)?.[1] : undefined;
};

function shut() {
  clearTimeout(timer);
  asked += 1;
  found = [];
  field.removeAttribute("aria-activedescendant");
  if (list.matches(":popover-open")) list.hidePopover();
}

function mark(at) {
  on = (at + found.length) % found.length;
  [...list.children].forEach((el, number) => el.setAttribute("aria-selected", number === on));
  field.setAttribute("aria-activedescendant", list.children[on].id);
  list.children[on].scrollIntoView({ block: "nearest" });
}

function take(at) {
  const word = begun() ?? "";
  const end = field.selectionStart;
  field.setRangeText(`${found[at].handle} `, end - word.length, end, "end");
  shut();
  field.dispatchEvent(new Event("input"));
}

function item({ handle, name }, number) {
  const el = make("button", { type: "button", id: `called-${number}`, tabIndex: -1 });
  el.setAttribute("role", "option");
  el.append(make("b", { textContent: `@${handle}` }), make("span", { textContent: name }));
  el.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
  el.addEventListener("click", () => take(number));
  return el;
}

function show(people) {
  if (!people.length) return shut();
  found = people;
  list.replaceChildren(...people.map(item));
  if (!list.matches(":popover-open")) list.showPopover();
  const box = field.getBoundingClientRect();
  list.style.setProperty("left", `${Math.max(8, Math.min(box.left, innerWidth - list.offsetWidth - 8))}px`);
  list.style.setProperty("top", `${Math.max(8, box.top - list.offsetHeight - 8)}px`);
  mark(0);
}

async function look(word) {
  const turn = ++asked;
  try {
    const answer = await fetch(`${data.people}?q=${encodeURIComponent(word)}`, { headers: { Accept: "application/json" } });
    const told = answer.ok ? (await answer.json()).people : [];
    if (turn === asked) show(told);
  } catch {
    if (turn === asked) shut();
  }
}

function consider() {
  clearTimeout(timer);
  const word = begun();
  if (word === undefined) return shut();
  timer = setTimeout(() => look(word), WAIT);
}

const keys = { ArrowDown: () => mark(on + 1), ArrowUp: () => mark(on - 1), Enter: () => take(on), Tab: () => take(on), Escape: shut };

// Keys are heard before the composer hears of them, or Enter would send.
export function calls() {
  if (!field || !list?.showPopover) return;
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", "called");
  field.addEventListener("input", consider);
  field.addEventListener("blur", shut);
  field.addEventListener("click", consider);
  field.addEventListener("keydown", (event) => {
    const deed = !event.isComposing && found.length && !event.shiftKey && keys[event.key];
    if (!deed) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    deed();
  }, { capture: true });
  consider();
}
