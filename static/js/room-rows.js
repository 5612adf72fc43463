// The messages that stand in the page, as rows of the log: each where its number says, with lines for days above them.
import { copy, data, isMine, make, message, plain } from "./room-draw.js";

export const log = document.getElementById("log");
const days = new Intl.DateTimeFormat(data.locale, { weekday: "long", day: "numeric", month: "long", timeZone: data.zone });
const pins = document.getElementById("pins");
const latest = document.getElementById("latest");
const dayOfRow = new WeakMap(); // naming a day takes longer than finding it

export const rows = () => [...log.querySelectorAll("[data-id]")];
export const shown = (id) => document.getElementById(`m${id}`);
const waiting = (clientId) => log.querySelector(`[data-client="${CSS.escape(clientId)}"]`);
const beneath = () => log.scrollHeight - log.scrollTop - log.clientHeight;
export const near = () => beneath() < 120;
export const toEnd = () => (log.scrollTop = log.scrollHeight);

// ---- lines between messages ------------------------------------------------------------------------------------
function dayOf(el) {
  if (!dayOfRow.has(el)) dayOfRow.set(el, days.format(new Date(el.querySelector("time").dateTime)).replace(",", ""));
  return dayOfRow.get(el);
}

// The first one that was not read when the page came, where something read, or not shown, stands before it.
function isFirstNew(el, before) {
  const number = Number(el.dataset.number);
  if (!data.since || number <= Number(data.since) || number > Number(data.count)) return false;
  return before ? Number(before.dataset.number) <= Number(data.since) : Boolean(log.querySelector("[data-before]"));
}

function line(words, className) {
  const el = make("p", { className });
  el.append(make("b", { textContent: words }));
  return el;
}

function unmark(el) {
  while (el.previousElementSibling?.matches(".sys")) el.previousElementSibling.remove();
}

// The lines above a message anew: a day begins with it, or what is new.
function mark(el) {
  unmark(el);
  const above = el.previousElementSibling;
  const before = above?.dataset.id ? above : null;
  if (!before || dayOf(before) !== dayOf(el)) el.before(line(dayOf(el), "sys"));
  if (isFirstNew(el, before)) {
    document.getElementById("new")?.remove();
    el.before(Object.assign(line(data.wNew, "sys sys--new"), { id: "new" }));
  }
}

// ---- messages --------------------------------------------------------------------------------------------------
function lastBefore(seq) {
  let el = log.lastElementChild;
  while (!(Number(el.dataset.seq) < seq)) el = el.previousElementSibling; // most belong at the end
  return el;
}

function rowAfter(el) {
  let next = el.nextElementSibling;
  while (next?.matches(".sys")) next = next.nextElementSibling;
  return next?.dataset.id ? next : null;
}

function place(el, seq) {
  const first = log.querySelector("[data-id]");
  const isFirst = !first || Number(first.dataset.seq) > seq;
  (isFirst ? (log.querySelector("[data-before]") ?? pins) : lastBefore(seq)).after(el);
  mark(el);
  const next = rowAfter(el);
  if (next) mark(next);
}

// Put a message where its number says: over its echo, over an older version of itself, or between the others.
export function draw(m) {
  const old = shown(m.id) ?? (isMine(m) ? waiting(m.client_id) : null);
  if (old?.dataset.id && Number(old.dataset.changed) >= m.changed_seq) return false;
  const el = message(m);
  document.getElementById("nothing")?.remove();
  if (old?.dataset.id) {
    const held = old.contains(document.activeElement) || old === document.activeElement;
    if (old.tabIndex === 0) el.tabIndex = 0;
    old.replaceWith(el);
    if (held) focusOn(el);
    return false;
  }
  old?.remove();
  place(el, m.seq);
  return true;
}

// The rows of messages that are not kept leave the page.
export function drop(isKept) {
  const gone = rows().filter((el) => !isKept({ seq: Number(el.dataset.seq) }));
  const held = gone.some((el) => el.contains(document.activeElement));
  for (const el of gone) {
    unmark(el);
    el.remove();
  }
  const first = log.querySelector("[data-id]");
  if (first) mark(first);
  if (held) log.focus({ preventScroll: true });
}

export function clear() {
  for (const el of rows()) {
    unmark(el);
    el.remove();
  }
  pins.querySelector("ul").replaceChildren();
  pins.hidden = true;
}

// Change the log and keep what is read where it is: measured once before, once after.
export function steady(change) {
  const top = log.scrollTop;
  const el = rows().find((one) => one.offsetTop + one.offsetHeight > top);
  const from = el?.offsetTop;
  change();
  if (el?.isConnected) log.scrollTop = top + el.offsetTop - from;
}

// Rows that are not in view are left out of drawing, at the height they have: measured first, all at once.
export function rest() {
  const awake = [...log.querySelectorAll("[data-id]:not([style])")];
  const heights = awake.map((el) => el.offsetHeight);
  awake.forEach((el, at) => Object.assign(el.style, { containIntrinsicHeight: `auto ${heights[at]}px`, contentVisibility: "auto" }));
}

// ---- the ways to what is not shown -----------------------------------------------------------------------------
function way(name, seq, words, put) {
  let link = log.querySelector(`[data-${name}]`);
  if (!seq) return link?.remove();
  if (!link) put((link = make("a", { className: "btn btn--line btn--sm older", textContent: words })));
  link.href = name === "before" ? `?before=${seq}&tab=chat` : `?at=${seq}&tab=chat`;
  link.dataset[name] = seq;
}

export function ways({ floor, top }) {
  way("before", floor, data.wEarlier, (el) => pins.after(el));
  way("behind", top, data.wLater, (el) => latest.before(el));
}

export function offerLatest(isFar) {
  const hidden = !isFar && beneath() < 3 * log.clientHeight;
  if (latest.hidden !== hidden) latest.hidden = hidden;
}

export function focusOn(el) {
  log.querySelectorAll('[data-id][tabindex="0"]').forEach((other) => (other.tabIndex = -1));
  el.tabIndex = 0;
  el.focus({ preventScroll: true });
  el.scrollIntoView({ block: "nearest" });
}

// What is pinned, in the bar on top.
export function drawPin(m) {
  const list = pins.querySelector("ul");
  list.querySelector(`[data-pin="${m.id}"]`)?.remove();
  if (m.pinned && !m.deleted) {
    const line = make("li");
    line.dataset.pin = m.id;
    line.dataset.seq = m.seq;
    const link = make("a", { className: "pin", href: `?at=${m.seq}&tab=chat#m${m.id}` });
    const text = make("span", { textContent: plain(m.html).slice(0, 90) || m.files?.[0]?.name || "" });
    link.append(make("b", { textContent: m.by.name }), " ", text);
    line.append(link);
    const later = [...list.children].find((other) => Number(other.dataset.seq) > m.seq);
    list.insertBefore(line, later ?? null);
  }
  pins.hidden = !list.children.length;
  pins.querySelector("summary b").textContent = list.children.length;
}

export function echo(text, clientId, names = []) {
  waiting(clientId)?.remove();
  const el = copy("t-me");
  el.classList.add("wait");
  el.dataset.client = clientId;
  el.querySelectorAll(".quo, .rx, .edited, .pinned, [data-more]").forEach((part) => part.remove());
  el.querySelector(".words").append(make("p", { textContent: [text, ...names].filter(Boolean).join("\n") }));
  el.querySelector("time").textContent = data.wSending;
  document.getElementById("nothing")?.remove();
  (log.querySelector("[data-behind]") ?? latest).before(el);
  toEnd();
  return el;
}

export const late = (el) => (el.querySelector("time").textContent = data.wWaiting);

export function failed(el, why, again) {
  const button = make("button", { type: "button", className: "failed", textContent: why });
  button.addEventListener("click", again);
  el.querySelector(".me__f").replaceChildren(button);
}
