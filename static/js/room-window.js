// The window of the log that stands in the page: what comes is drawn into it, what is far from the view is let go, and
// what was seen in it is read. room-log.js knows what of the log is here; room-pages.js, fetched when somebody scrolls to
// an end of the window, moves it on.
import * as state from "./room-log.js";
import * as rows from "./room-rows.js";
import { data, isMine, plain } from "./room-draw.js";
import { get } from "./room-say.js";

const title = document.title;
const MOST = 75; // messages kept in the page
const numbers = ["seq", "count", "read", "view"].map((name) => [name, Number(data[name])]);
const ends = ["cursor", "later"].map((name) => [name, Number(data[name]) || null]);
export const here = state.start({ ...Object.fromEntries([...numbers, ...ends]), me: data.me });
export const paging = { on: false };
for (const el of rows.rows()) {
  const { id, seq, changed, number } = el.dataset;
  const stub = { id: Number(id), seq: Number(seq), changed_seq: Number(changed), number: Number(number) };
  here.known.set(stub.id, stub);
}

export const atEnd = () => state.atEnd(here) && rows.near();

// ---- what was said ---------------------------------------------------------------------------------------------
let unsaid = [];
let saying;

// Read out what others write, a burst of it as a number.
function sayAloud(m) {
  if (m.deleted || isMine(m) || m.number <= here.read) return;
  unsaid.push(m);
  clearTimeout(saying);
  saying = setTimeout(() => {
    const one = data.wSaid.replace("{name}", unsaid[0].by.name);
    document.getElementById("said").textContent =
      unsaid.length > 2 || document.hidden
        ? data.wMany.replace("{n}", unsaid.length)
        : one.replace("{text}", plain(unsaid[0].html).slice(0, 200));
    unsaid = [];
  }, 900);
}

// Draw what is new, and stay where the reader is: at the end, or at what they read.
export function show(changed, aloud = true) {
  const end = atEnd();
  const fresh = changed.filter((m) => (state.inWindow(here, m) ? rows.draw(m) : m.changed_seq === m.seq));
  changed.forEach(rows.drawPin);
  if (aloud) fresh.forEach(sayAloud);
  const mine = aloud && fresh.some(isMine);
  if (!paging.on) letGo(end);
  if (changed.length && (end || (mine && state.atEnd(here)))) rows.toEnd();
  look();
}

// What is farther from the view than `MOST` messages: of the two ends of the window the one that is not looked at.
export function letGo(end = atEnd()) {
  const upper = !end && rows.log.scrollTop < (rows.log.scrollHeight - rows.log.clientHeight) / 2;
  if (state.trim(here, MOST, upper)) {
    rows.steady(() => {
      rows.ways(here);
      rows.drop((m) => state.inWindow(here, m));
    });
  } else if (here.known.size > 2 * MOST) state.forget(here);
}

export function caught(found, anew = false) {
  const told = state.caught(here, found, { anew });
  if (found.reading) state.reading(here, found.reading);
  if (told.anew) {
    rows.clear();
    rows.ways(here);
  }
  show(told.changed, !told.anew);
  if (told.anew) rows.toEnd();
}

const fetched = (after) => get(after === null ? "" : `?after=${after}`);
let asked = fetched;
export const askWith = (how) => (asked = (after) => how(after) ?? fetched(after));

let catching = null;
export function catchUp() {
  const after = state.after(here);
  catching ??= asked(after)
    .then((found) => caught(found, after === null))
    .catch(() => undefined)
    .finally(() => {
      catching = null;
      if (state.isBehind(here)) setTimeout(catchUp, 1000 + Math.random() * spread(0));
    });
  return catching;
}
// What was pushed in another order than it happened is whole in a moment, and what the server's processes did not hear of
// each other they make good: what is missing after half of so many milliseconds is asked for until all of them are over,
// not by all pages of a crowd at once.
let crowd = 0;
export const meetCrowd = (present) => (crowd = present);
export const spread = (least) => Math.max(least, 40 * crowd);
let soon;
let waits = Infinity;
export function keepUp(within = spread(800)) {
  if (here.stale) return void catchUp();
  if (!state.isBehind(here) || within >= waits) return;
  clearTimeout(soon);
  waits = within;
  soon = setTimeout(() => {
    waits = Infinity;
    if (state.isBehind(here)) catchUp();
  }, 200 + (0.5 + Math.random() / 2) * within);
}

// Who has written wants to see it where it stands.
export function answered(m, count) {
  show(state.answered(here, m, count));
  if (!state.atEnd(here) && isMine(m) && m.changed_seq === m.seq) toLatest();
  else keepUp();
}

// To the newest, wherever one is: all between it and what is shown is left out.
export function toLatest() {
  if (state.atEnd(here)) return rows.toEnd();
  state.look(here);
  return catchUp();
}

// ---- reading ---------------------------------------------------------------------------------------------------
let seenTo = here.read; // this page showed so many
let reported = here.read;
let telling;
let tell;

export const tellWith = (how) => (tell = how);

// Of a burst the last one; at once where the page may be gone in a moment.
export function tellRead() {
  clearTimeout(telling);
  telling = undefined;
  if (seenTo <= reported) return;
  const before = reported;
  reported = seenTo;
  tell(reported)
    .then((now) => now.read !== undefined && readTo(now))
    .catch(() => (reported = before));
}

// After each scroll and each change: what stands at the end is read, the tab and the title say what is not.
export function look() {
  rows.offerLatest(!state.atEnd(here));
  const seen = !document.hidden && rows.log.offsetParent && atEnd();
  if (seen && here.count > Math.max(reported, here.read)) {
    seenTo = here.count;
    state.reading(here, { read: seenTo });
  }
  if (seenTo > reported) telling ??= setTimeout(tellRead, 300 + Math.random() * spread(700));
  const unread = state.unread(here);
  sayUnread(unread ? `${state.calls(here, data.me) ? "@ " : ""}(${unread})` : "");
}

// What the tab and the title say; while one scrolls it is the same again and again.
let told = "";
function sayUnread(words) {
  if (words === told) return;
  told = words;
  document.title = words ? `${words} ${title}` : title;
  const badge = document.getElementById("tabnew");
  if (!badge) return;
  badge.hidden = !words;
  badge.firstElementChild.textContent = words.replace(/[()]/g, "");
}

export function readTo(now) {
  state.reading(here, now);
  reported = Math.max(reported, now.read);
  look();
}
