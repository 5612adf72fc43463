// The live room and the open conversation. The database's log is the truth: pushes are applied in order of `seq`, a gap
// is fetched, a message that was sent twice is stored once, and everything works over HTTP while the socket is down.
import { io } from "./vendor/socket.io.js";
import { clear, data, draw, echo, failed, isMine, log, near, people, shown, toEnd } from "./room-draw.js";
import { moved, start, table } from "./room-clock.js";

const form = document.getElementById("comp");
const field = document.getElementById("msg");
const csrf = document.querySelector('meta[name="csrf-token"]').content;
const title = document.title;
const room = data.ref;
const REFRESH = 25_000;
const POLL = 10_000;
const state = { seq: Number(data.seq), count: Number(data.count), read: Number(data.read), early: [], joined: false };

const socket = io({ transports: ["websocket"], autoConnect: false, reconnectionDelayMax: 8000 });
const ask = (name, more = {}) => socket.timeout(8000).emitWithAck(name, { room, ...more });

async function send(url, body) {
  const headers = { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": csrf };
  const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok) throw Object.assign(new Error(told.code), { refused: answer.status < 500, words: told.title });
  return told;
}

// ---- what was said ---------------------------------------------------------------------------------------------
let unsaid = [];
let saying;

// Read out what others write, a burst of it as a number.
function sayAloud(m) {
  if (m.deleted || isMine(m)) return;
  unsaid.push(m);
  clearTimeout(saying);
  saying = setTimeout(() => {
    const text = new DOMParser().parseFromString(unsaid[0].html, "text/html").body.textContent.trim();
    const one = data.wSaid.replace("{name}", unsaid[0].by.name).replace("{text}", text.slice(0, 200));
    document.getElementById("said").textContent =
      unsaid.length > 2 || document.hidden ? data.wMany.replace("{n}", unsaid.length) : one;
    unsaid = [];
  }, 900);
}

function take(m, aloud = true) {
  const atEnd = near();
  const fresh = draw(m);
  if (fresh && (atEnd || isMine(m))) toEnd();
  if (fresh && aloud) sayAloud(m);
  if (m.count) state.count = Math.max(state.count, m.count);
}

function push(m) {
  if (m.room !== room) return;
  if (!state.joined) {
    state.early.push(m);
    return;
  }
  if (m.changed_seq <= state.seq) return;
  if (m.changed_seq > state.seq + 1) {
    state.count = Math.max(state.count, m.count);
    catchUp();
    return;
  }
  state.seq = m.changed_seq;
  if (typers.delete(m.by.name)) showTyping();
  take(m);
  reading();
}

function apply(found) {
  if (found.limited) clear();
  found.messages.forEach((m) => take(m, !found.limited));
  state.seq = Math.max(state.seq, found.seq);
  if (found.limited) toEnd();
}

let catching = null;
function catchUp() {
  catching ??= fetch(`${data.changes}?after=${state.seq}`, { headers: { Accept: "application/json" } })
    .then((answer) => (answer.ok ? answer.json().then(apply) : undefined))
    .catch(() => undefined)
    .finally(() => {
      catching = null;
      reading();
    });
  return catching;
}

// ---- reading ---------------------------------------------------------------------------------------------------
let reported = state.read;

function reading() {
  if (!document.hidden && log.offsetParent && near() && state.count > reported) {
    reported = state.count;
    const told = socket.connected ? ask("read", { count: reported }) : send(data.readurl, { count: reported });
    told.then((now) => now.read !== undefined && readTo(now.read)).catch(() => (reported = state.read));
    state.read = Math.max(state.read, reported);
  }
  const unread = Math.max(0, state.count - state.read);
  document.title = unread ? `(${unread}) ${title}` : title;
  const badge = document.getElementById("tabnew");
  if (badge) {
    badge.hidden = !unread;
    badge.firstElementChild.textContent = unread;
  }
}

function readTo(count) {
  state.read = Math.max(state.read, count);
  reported = Math.max(reported, count);
  reading();
}

// ---- writing ---------------------------------------------------------------------------------------------------
let typedAt = 0;

function complain(words) {
  const line = document.getElementById("comp-e");
  line.hidden = !words;
  line.querySelector("span").textContent = words ?? "";
}

async function deliver(text, clientId) {
  if (socket.connected && state.joined) {
    try {
      const told = await ask("say", { text, client_id: clientId });
      const refused = told.error !== "unexpected" && told.error !== "away"; // those are tried again over HTTP
      if (told.error) throw Object.assign(new Error(told.error), { refused, words: told.message });
      return told;
    } catch (error) {
      if (error.refused) throw error; // no answer in time: the same client id over HTTP is stored once
    }
  }
  return send(data.sayurl, { text, client_id: clientId });
}

async function say(text, clientId, el) {
  try {
    const told = await deliver(text, clientId);
    take({ ...told.message, count: told.count });
    if (told.message.changed_seq === state.seq + 1) state.seq += 1;
    readTo(told.count);
  } catch (error) {
    if (error.refused) {
      el.remove();
      complain(error.words || data.wFailed);
      if (!field.value) field.value = text;
      return;
    }
    failed(el, () => {
      const again = echo(text, clientId);
      el.remove();
      say(text, clientId, again);
    });
  }
}

function submit() {
  const text = field.value.trim();
  if (!text) return;
  complain();
  field.value = "";
  typedAt = 0;
  const clientId = crypto.randomUUID?.() ?? `${Date.now()}-${Math.random().toString(36).slice(2)}`;
  say(text, clientId, echo(text, clientId));
}

form?.addEventListener("submit", (event) => {
  event.preventDefault();
  submit();
});
field?.addEventListener("keydown", (event) => {
  const composing = event.isComposing || event.keyCode === 229;
  if (event.key !== "Enter" || event.shiftKey || composing || matchMedia("(pointer: coarse)").matches) return;
  event.preventDefault();
  submit();
});
field?.addEventListener("input", () => {
  if (!socket.connected || Date.now() - typedAt < 3000) return;
  typedAt = Date.now();
  socket.emit("typing", { room });
});

const typers = new Map();
function typing({ room: where, by }) {
  if (where !== room || by.handle === data.me) return;
  clearTimeout(typers.get(by.name));
  typers.set(by.name, setTimeout(() => (typers.delete(by.name), showTyping()), 5000));
  showTyping();
}
function showTyping() {
  const line = document.getElementById("typing");
  line.hidden = !typers.size;
  const one = data.wTyping.replace("{name}", [...typers.keys()][0]);
  line.querySelector("b").textContent = typers.size > 1 ? data.wTyping2 : one;
}

log.addEventListener("submit", async (event) => {
  const dropping = event.target.closest("[data-drop]");
  if (!dropping) return;
  event.preventDefault();
  const told = await send(dropping.action, {}).catch((error) => complain(error.words || data.wFailed));
  if (told) take(told.message);
});

log.addEventListener("click", async (event) => {
  const link = event.target.closest("[data-before]");
  if (!link) return;
  event.preventDefault();
  const answer = await fetch(`${data.changes}?before=${link.dataset.before}`, { headers: { Accept: "application/json" } });
  if (!answer.ok) return;
  const found = await answer.json();
  const from = log.scrollHeight - log.scrollTop;
  found.messages.forEach((m) => draw(m));
  if (found.cursor) link.dataset.before = found.cursor;
  else link.remove();
  log.scrollTop = log.scrollHeight - from;
  shown(found.messages.at(-1)?.id)?.scrollIntoView({ block: "nearest" });
});
log.addEventListener("scroll", () => reading(), { passive: true });

// ---- the connection --------------------------------------------------------------------------------------------
const lost = document.getElementById("lost");
let losing;
let poll;

function banner(words) {
  lost.hidden = !words;
  lost.querySelector("span").textContent = words ?? "";
}

function down(words) {
  state.joined = false;
  clearTimeout(losing);
  losing = setTimeout(() => banner(words), 1500);
  poll ??= setInterval(catchUp, POLL);
}

async function join() {
  try {
    const found = await ask("join", { after: state.seq });
    if (found.error) return down(data.wOut);
    clearTimeout(losing);
    clearInterval(poll);
    poll = undefined;
    banner();
    apply(found);
    state.joined = true;
    state.early.splice(0).forEach(push);
    state.count = Math.max(state.count, found.reading.count);
    people(found);
    readTo(found.reading.read);
    moved(found.clock);
  } catch {
    down(data.wLost);
  }
}

async function refresh() {
  if (!socket.connected || !state.joined) return;
  const now = await ask("presence").catch(() => null);
  if (!now || now.error) return;
  if (now.seq > state.seq) catchUp();
  people(now);
}

socket.on("connect", join);
socket.on("said", push);
socket.on("look", () => setTimeout(catchUp, Math.random() * 2000)); // pushes were missed, of everybody at once
socket.on("people", refresh);
socket.on("typing", typing);
socket.on("clock", moved);
socket.on("table", table);
socket.on("read", (now) => now.ref === room && readTo(now.read));
socket.on("disconnect", (reason) => {
  down(data.wLost);
  if (reason === "io server disconnect") setTimeout(() => socket.connect(), 2000);
});
socket.on("connect_error", (error) => {
  down(error.message === "sign_in" ? data.wOut : data.wLost);
});
document.addEventListener("visibilitychange", () => {
  reading();
  if (!document.hidden) refresh();
});
addEventListener("hashchange", () => (toEnd(), reading()));
setInterval(refresh, REFRESH);

// The tabs of a phone: core's behaviour turns them, without a script they are a form.
for (const tab of document.querySelectorAll(".roomtabs button")) tab.addEventListener("click", (e) => e.preventDefault());
document.getElementById("app")?.addEventListener("tab", () => {
  toEnd();
  reading();
});
let atEnd = true;
log.addEventListener("scroll", () => (atEnd = near()), { passive: true });
new ResizeObserver(() => atEnd && toEnd()).observe(log);

toEnd();
start();
if (!data.old) socket.connect();
