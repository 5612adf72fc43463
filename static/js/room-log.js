// What a page knows of a room's log, without a page: pushes, catch-ups and older pages go in, in any order, doubled or
// late; what comes out is what the server would say now. tests/rooms/test_hybrid.py drives it with Node.
//
// `seq` is the change up to which nothing is missing, `wanted` the newest one heard of, `ahead` has those that were told
// before their time: processes push in another order than they wrote. `known` holds the newest state of each message
// that was told and not forgotten; the window is what of it was born from `floor` up to `top`, or up to the newest while
// `top` is null. `view` stands for whom the reader may meet: when that has changed, all is asked for anew. `epoch` counts
// how often something was forgotten, so that a page asked for before, which may be older than that, does not fall into
// the window.

export function start({ me, seq = 0, count = 0, read = 0, cursor, later, view = 0, messages = [], pins = [] } = {}) {
  const log = { me, seq, wanted: seq, count, read, view, floor: cursor ?? 0, top: later ?? null };
  Object.assign(log, { known: new Map(), ahead: new Set(), joined: false, early: [], stale: false, epoch: 0 });
  mergeAll(log, [...messages, ...pins]);
  return log;
}

// Newest wins. Whoever writes has read all that stood before. True when this told something new.
function merge(log, m) {
  const old = log.known.get(m.id);
  if (old && old.changed_seq >= m.changed_seq) return false;
  log.known.set(m.id, m);
  if (m.by?.handle === log.me) log.read = Math.max(log.read, m.number);
  return true;
}

export const atEnd = (log) => log.top === null;
export const inWindow = (log, m) => m.seq >= log.floor && (atEnd(log) || m.seq <= log.top);
const mergeAll = (log, messages) => messages.filter((m) => merge(log, m));

// Change `seq` is known: on to it, and to what was told ahead of it, as far as there is no gap.
function pass(log, seq) {
  log.ahead.add(seq);
  while (log.ahead.delete(log.seq + 1)) log.seq += 1;
  for (const one of log.ahead) if (one <= log.seq) log.ahead.delete(one);
}

// A push. Until the room is joined it waits; what it tells is shown at once, but `seq` goes on only without a gap.
export function heard(log, said) {
  if (!log.joined) {
    log.early.push(said);
    return [];
  }
  const { also = [], room, count, ...m } = said;
  log.count = Math.max(log.count, count ?? 0);
  log.wanted = Math.max(log.wanted, m.changed_seq);
  if (m.changed_seq <= log.seq) return [];
  pass(log, m.changed_seq);
  return mergeAll(log, [m, ...also]);
}

// Somebody told the number of the newest change, without the change.
export function told(log, seq) {
  log.wanted = Math.max(log.wanted, seq);
}

// Who may be met has changed, or may have.
export function look(log, view) {
  if (view === undefined || view !== log.view) log.stale = true;
}

export const isBehind = (log) => log.joined && (log.stale || log.wanted > log.seq);
// What to ask for: everything after this change, or all anew.
export const after = (log) => (log.stale ? null : log.seq);

// The answer to "what came after": all of it; or, from too far behind or asked for anew, the latest and nothing between.
// Gives {changed, anew}: with `anew` everything is drawn again.
export function caught(log, found, { anew = false } = {}) {
  told(log, found.seq);
  const whole = found.limited || anew;
  if (found.seq < log.seq && (whole || found.view !== log.view)) return { changed: [], anew: false }; // came too late
  if (!whole && found.view !== log.view) {
    log.stale = true;
    return { changed: [], anew: false };
  }
  if (whole) {
    for (const [id, m] of log.known) if (m.changed_seq <= found.seq) log.known.delete(id);
    Object.assign(log, { floor: found.cursor ?? 0, top: null, view: found.view, stale: false, epoch: log.epoch + 1 });
  }
  const changed = mergeAll(log, [...found.messages, ...(found.pins ?? [])]);
  log.seq = Math.max(log.seq, found.seq);
  pass(log, log.seq);
  return { changed, anew: whole };
}

// The room is joined: what was pushed meanwhile is heard now.
export function joined(log) {
  log.joined = true;
  return log.early.splice(0).flatMap((said) => heard(log, said));
}

export function lost(log) {
  log.joined = false;
  log.early.length = 0;
}

// A page of older messages, asked for in `epoch`: the window begins with it. False when it is of no use any more.
export function earlier(log, found, epoch) {
  if (epoch !== log.epoch || found.view !== log.view) return false;
  mergeAll(log, found.messages);
  log.floor = Math.min(log.floor, found.cursor ?? 0);
  return true;
}

// The answer to one's own deed. It may be told before changes that came first, and tells nothing of the answers that
// changed with it: only the birth of a message is a change without others.
export function answered(log, m, count = 0) {
  log.count = Math.max(log.count, count);
  log.wanted = Math.max(log.wanted, m.changed_seq);
  if (log.joined && m.changed_seq === m.seq && m.seq > log.seq) pass(log, m.changed_seq);
  return mergeAll(log, [m]);
}

// A page of newer ones, the same way: the window ends with it, or nowhere where nothing comes after it. What was born
// since it was asked for was told meanwhile, and is known.
export function later(log, found, epoch) {
  if (epoch !== log.epoch || found.view !== log.view) return false;
  mergeAll(log, found.messages);
  log.top = found.later ?? null;
  return true;
}

// Where reading stands by the server; both only go forward.
export function reading(log, { count = 0, read = 0 }) {
  log.count = Math.max(log.count, count);
  log.read = Math.max(log.read, read);
}

// Keep `most` messages in the window, the oldest of it or else the newest: a room that stands open all day, or is read
// from its beginning, does not fill the memory. True when some went.
export function trim(log, most, oldest = false) {
  const shown = window_(log);
  if (shown.length <= most) return false;
  if (oldest) log.top = shown[most - 1].seq;
  else log.floor = shown.at(-most).seq;
  forget(log);
  return true;
}

// What is not in the window leaves the memory, but for what is pinned.
export function forget(log) {
  log.epoch += 1;
  for (const [id, m] of log.known) if (!inWindow(log, m) && !m.pinned) log.known.delete(id);
}

const bySeq = (a, b) => a.seq - b.seq;
export const window_ = (log) => [...log.known.values()].filter((m) => inWindow(log, m)).sort(bySeq);
export const pins = (log) => [...log.known.values()].filter((m) => m.pinned).sort(bySeq);
export const unread = (log) => Math.max(0, log.count - log.read);
export const calls = (log, me) => [...log.known.values()].filter((m) => m.number > log.read && m.calls?.includes(me)).length;
