// The live room and the open conversation. The database's log is the truth; room-log.js knows what of it is here, this
// draws it and keeps it whole: pushes, a fetch after a gap, and everything over HTTP while the socket is down.
import { io } from "./vendor/socket.io.js";
import * as state from "./room-log.js";
import * as draws from "./room-draw.js";
import { moved, start as startClock, table } from "./room-clock.js";
import { acts } from "./room-acts.js";
import { composer, get, send } from "./room-say.js";

const { data, log, near, toEnd } = draws;
const title = document.title;
const room = data.ref;
const REFRESH = 25_000;
const POLL = 10_000;
const MOST = 400; // messages kept in the page while one is at its end
const numbers = ["seq", "count", "read", "view"].map((name) => [name, Number(data[name])]);
const here = state.start({ ...Object.fromEntries(numbers), me: data.me, cursor: Number(data.cursor) || null });
for (const { dataset: d } of log.querySelectorAll("[data-id]")) {
  const stub = { id: Number(d.id), seq: Number(d.seq), changed_seq: Number(d.changed), number: Number(d.number) };
  here.known.set(stub.id, { ...stub, pinned: Boolean(log.querySelector(`[data-pin="${d.id}"]`)) });
}

const socket = io({ transports: ["websocket"], autoConnect: false, reconnectionDelayMax: 8000 });
const ask = (name, more = {}) => socket.timeout(8000).emitWithAck(name, { room, ...more });

// ---- what was said ---------------------------------------------------------------------------------------------
let unsaid = [];
let saying;

// Read out what others write, a burst of it as a number.
function sayAloud(m) {
  if (m.deleted || draws.isMine(m)) return;
  unsaid.push(m);
  clearTimeout(saying);
  saying = setTimeout(() => {
    const one = data.wSaid.replace("{name}", unsaid[0].by.name);
    document.getElementById("said").textContent =
      unsaid.length > 2 || document.hidden
        ? data.wMany.replace("{n}", unsaid.length)
        : one.replace("{text}", draws.plain(unsaid[0].html).slice(0, 200));
    unsaid = [];
  }, 900);
}

// Draw what is new, and stay where the reader is: at the end, or at what they read.
function show(changed, aloud = true) {
  const atEnd = near();
  let mine = false;
  for (const m of changed) {
    if (m.seq >= here.floor && draws.draw(m) && aloud) {
      mine ||= draws.isMine(m);
      if (m.number > here.read) sayAloud(m);
    }
    draws.drawPin(m);
  }
  if (changed.length && (atEnd || mine)) toEnd();
  if (atEnd && !older && state.trim(here, MOST)) {
    draws.forget(here.floor);
    draws.olderLink(here.floor);
  }
  reading();
}

function caught(found, anew = false) {
  const told = state.caught(here, found, { anew });
  if (found.reading) state.reading(here, found.reading);
  if (told.anew) {
    draws.clear();
    draws.olderLink(here.floor);
  }
  show(told.changed, !told.anew);
  if (told.anew) draws.dayLines();
  if (told.anew) toEnd();
}

let catching = null;
function catchUp() {
  const after = state.after(here);
  catching ??= get(after === null ? "" : `?after=${after}`)
    .then((found) => caught(found, after === null))
    .catch(() => undefined)
    .finally(() => {
      catching = null;
      if (state.isBehind(here)) setTimeout(catchUp, 1000);
    });
  return catching;
}
const keepUp = () => state.isBehind(here) && catchUp();

function push(said) {
  if (said.room !== room) return;
  typers.delete(said.by.name);
  showTyping();
  show(state.heard(here, said));
  keepUp();
}

function answered(m, count) {
  show(state.answered(here, m, count));
  keepUp();
}

let older = false;
async function showOlder() {
  if (older || !here.floor || data.old) return;
  older = true;
  const epoch = here.epoch;
  try {
    const found = await get(`?before=${here.floor}`);
    if (!state.earlier(here, found, epoch)) return;
    const from = log.scrollHeight - log.scrollTop;
    found.messages.forEach(draws.draw);
    draws.dayLines();
    draws.olderLink(here.floor);
    log.scrollTop = log.scrollHeight - from;
  } catch {
    // the link is still there
  } finally {
    older = false;
  }
}

// ---- reading ---------------------------------------------------------------------------------------------------
let reported = here.read;

function reading() {
  if (!document.hidden && log.offsetParent && near() && here.count > Math.max(reported, here.read)) {
    const before = reported;
    reported = here.count;
    const told = socket.connected ? ask("read", { count: reported }) : send(data.readurl, { count: reported });
    told.then((now) => now.read !== undefined && readTo(now)).catch(() => (reported = before));
    state.reading(here, { read: here.count });
  }
  const unread = state.unread(here);
  const called = unread && state.calls(here, data.me) ? "@ " : "";
  document.title = unread ? `${called}(${unread}) ${title}` : title;
  const badge = document.getElementById("tabnew");
  if (badge) {
    badge.hidden = !unread;
    badge.firstElementChild.textContent = `${called}${unread}`;
  }
}

function readTo(now) {
  state.reading(here, now);
  reported = Math.max(reported, now.read);
  reading();
}

// ---- writing ---------------------------------------------------------------------------------------------------
async function deliver({ text, id, reply, files }) {
  const body = { text, client_id: id, reply_to: reply || undefined };
  if (files?.length) {
    const form = new FormData();
    Object.entries(body).forEach(([name, value]) => value && form.append(name, value));
    files.forEach((file) => form.append("files", file));
    return send(data.sayurl, form);
  }
  if (socket.connected && here.joined) {
    try {
      const told = await ask("say", body);
      const refused = told.error !== "unexpected" && told.error !== "away" && told.error !== "too_many";
      if (told.error) throw Object.assign(new Error(told.error), { refused, words: told.message, wait: told.wait });
      return told;
    } catch (error) {
      if (error.refused) throw error; // no answer in time: the same client id over HTTP is stored once
    }
  }
  return send(data.sayurl, body);
}

const writing = composer({ deliver, send, answered, typing: () => socket.connected && socket.emit("typing", { room }) });
acts({ send, answered, writing });

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

// A quote, a pin: there if it is in the page, else by its link.
function goTo(seq) {
  const el = log.querySelector(`[data-seq="${seq}"][data-id]`);
  if (!el) return false;
  draws.focusOn(el);
  el.scrollIntoView({ block: "center" });
  return true;
}

log.addEventListener("click", (event) => {
  const link = event.target.closest("a");
  if (link?.matches("[data-before]") && !data.old) {
    event.preventDefault();
    showOlder();
  } else if (link?.matches(".quo, .pins a") && goTo(new URL(link.href).searchParams.get("at"))) event.preventDefault();
});
log.addEventListener("scroll", () => {
  reading();
  if (log.scrollTop < 300) showOlder();
}, { passive: true });

// ---- the connection --------------------------------------------------------------------------------------------
const lost = document.getElementById("lost");
let losing;
let poll;

function banner(words) {
  lost.hidden = !words;
  lost.querySelector("span").textContent = words ?? "";
}

function down(words) {
  state.lost(here);
  clearTimeout(losing);
  losing = setTimeout(() => banner(words), 1500);
  poll ??= setInterval(catchUp, POLL);
}

async function join() {
  try {
    const found = await ask("join", { after: state.after(here) ?? undefined });
    if (found.error) return down(data.wOut);
    clearTimeout(losing);
    clearInterval(poll);
    poll = undefined;
    banner();
    caught(found);
    show(state.joined(here));
    draws.people(found);
    readTo(found.reading);
    moved(found.clock);
    keepUp();
    writing.retry();
  } catch {
    down(data.wLost);
  }
}

async function refresh() {
  if (!socket.connected || !here.joined) return;
  const now = await ask("presence").catch(() => null);
  if (!now || now.error) return;
  state.told(here, now.seq);
  state.look(here, now.view);
  readTo(now.reading);
  draws.people(now);
  keepUp();
}

socket.on("connect", join);
socket.on("said", push);
socket.on("look", (news) => {
  if (news?.room && news.room !== room) return;
  if (news?.seq) state.told(here, news.seq);
  setTimeout(news?.seq ? keepUp : catchUp, Math.random() * (news?.seq ? 300 : 2000)); // not everybody at once
});
socket.on("anew", () => (state.look(here), keepUp()));
socket.on("people", refresh);
socket.on("typing", typing);
socket.on("clock", moved);
socket.on("table", table);
socket.on("slow", (now) => now.room === room && writing.pace(now.seconds));
socket.on("removed", (now) => {
  if (now.room !== room) return;
  clearInterval(poll);
  socket.io.reconnection(false);
  socket.disconnect();
  clearTimeout(losing);
  banner(now.words);
  document.getElementById("comp")?.remove();
});
socket.on("read", (now) => now.ref === room && readTo(now));
socket.on("disconnect", (reason) => {
  down(data.wLost);
  if (reason === "io server disconnect") setTimeout(() => socket.connect(), 2000);
});
socket.on("connect_error", (error) => down(error.message === "sign_in" ? data.wOut : data.wLost));
addEventListener("online", () => (socket.connected ? writing.retry() : socket.connect()));
document.addEventListener("visibilitychange", () => {
  reading();
  if (!document.hidden) refresh();
});
addEventListener("hashchange", () => (data.at || toEnd(), reading()));
setInterval(refresh, REFRESH);

// The tabs of a phone: core's behaviour turns them, without a script they are a form.
for (const tab of document.querySelectorAll(".roomtabs button")) tab.addEventListener("click", (e) => e.preventDefault());
document.getElementById("app")?.addEventListener("tab", () => {
  toEnd();
  reading();
});
let atEnd = !data.at;
log.addEventListener("scroll", () => (atEnd = near()), { passive: true });
new ResizeObserver(() => atEnd && toEnd()).observe(log);

const fresh = document.getElementById("new");
if (!(data.at && goTo(data.at))) toEnd();
if (fresh && !data.at) fresh.scrollIntoView({ block: "start" });
startClock();
if (!data.old) socket.connect();
