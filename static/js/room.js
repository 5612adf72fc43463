// The live room and the open conversation. The database's log is the truth; room-window.js shows what of it is here, this
// keeps it whole: pushes, a fetch after a gap, and everything over HTTP while the socket is down.
import { io } from "./vendor/socket.io.js";
import * as state from "./room-log.js";
import { data, moved, people, startRing, table, tableIs, typingLine } from "./room-draw.js";
import { focusOn, log, toEnd } from "./room-rows.js";
import {
  answered, askWith, atEnd, catchUp, caught, here, keepUp, look, meetCrowd, readTo, show, spread, tellRead, tellWith, toLatest,
} from "./room-window.js";
import { acts } from "./room-acts.js";
import { composer, send } from "./room-say.js";

const room = data.ref;
const REFRESH = 25_000;
const POLL = 10_000;
const BUSY = new Set(["unexpected", "away", "too_many"]);

const socket = io({ transports: ["websocket"], autoConnect: false, reconnectionDelayMax: 8000 });
const ask = (name, more = {}) => socket.timeout(8000).emitWithAck(name, { room, ...more });
// Where one is joined already, to join again is to hear what one missed; in a crowd that costs the site next to nothing.
askWith((after) =>
  socket.connected && here.joined
    ? ask("join", { after: after ?? undefined }).then((found) => (found.error ? Promise.reject(found) : found))
    : undefined,
);
tellWith((count) => (socket.connected ? ask("read", { count }) : send(data.readurl, { count })));

function push(said) {
  if (said.room !== room) return;
  typers.delete(said.by.name);
  showTyping();
  show(state.heard(here, said));
  keepUp();
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
      const refused = !BUSY.has(told.error);
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
const showTyping = () => typingLine([...typers.keys()]);

// A quote, a pin: there if it is in the page, else by its link.
function goTo(seq) {
  const el = log.querySelector(`[data-seq="${seq}"][data-id]`);
  if (!el) return false;
  focusOn(el);
  el.scrollIntoView({ block: "center" });
  return true;
}

// Only who scrolls where there is more than is shown, or asks by its link, needs to know how that goes on.
const pages = () => import("./room-pages.js");
const turn = async (back) => (await pages()).turn(back);

log.addEventListener("click", (event) => {
  const link = event.target.closest("a");
  const deed = [
    ["[data-before]", () => turn(true)],
    ["[data-behind]", () => turn(false)],
    ["#latest", () => void toLatest()],
    [".quo, .pins a", () => goTo(new URL(link.href).searchParams.get("at"))],
  ].find(([which]) => link?.matches(which))?.[1];
  if (deed && deed() !== false) event.preventDefault();
});
log.addEventListener("scroll", () => {
  look();
  if (here.floor || !state.atEnd(here)) pages().then(({ follow }) => follow());
}, { passive: true });

// ---- the connection --------------------------------------------------------------------------------------------
const lost = document.getElementById("lost");
let losing;
let poll;
let again;

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

function meet(found) {
  meetCrowd(found.present);
  people(found);
}

// A site that had no time to answer is asked again on the same connection: a new one would cost it more.
async function join() {
  clearTimeout(again);
  const found = await ask("join", { after: state.after(here) ?? undefined }).catch(() => ({ error: "away" }));
  if (found.error && !BUSY.has(found.error)) return down(data.wOut);
  if (found.error) {
    again = setTimeout(() => socket.connected && join(), 2000 + Math.random() * 6000);
    return down(data.wLost);
  }
  clearTimeout(losing);
  clearInterval(poll);
  poll = undefined;
  banner();
  caught(found);
  show(state.joined(here));
  meet(found);
  readTo(found.reading);
  moved(found.clock);
  tableIs(found.table);
  keepUp();
  writing.retry();
}

async function refresh() {
  if (!socket.connected || !here.joined) return;
  const now = await ask("presence").catch(() => null);
  if (!now || now.error) return;
  state.told(here, now.seq);
  state.look(here, now.view);
  readTo(now.reading);
  meet(now);
  tableIs(now.table);
  keepUp();
}

socket.on("connect", join);
socket.on("said", push);
socket.on("look", (news) => {
  if (news.room !== room) return;
  state.told(here, news.seq);
  keepUp(news.within ?? 300);
});
socket.on("anew", () => (state.look(here), keepUp()));
// Many come at once: who they are is asked once for all of them.
let asking;
socket.on("people", () => (asking ??= setTimeout(() => ((asking = undefined), refresh()), Math.random() * spread(300))));
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
  look();
  if (document.hidden) tellRead();
  else refresh();
});
addEventListener("pagehide", tellRead);
addEventListener("hashchange", () => (data.at || toEnd(), look()));
setInterval(refresh, REFRESH);

// The tabs of a phone: core's behaviour turns them, without a script they are a form.
for (const tab of document.querySelectorAll(".roomtabs button")) tab.addEventListener("click", (e) => e.preventDefault());
document.getElementById("app")?.addEventListener("tab", () => {
  if (state.atEnd(here)) toEnd();
  look();
});
let wasAtEnd = !data.at;
log.addEventListener("scroll", () => (wasAtEnd = atEnd()), { passive: true });
new ResizeObserver(() => wasAtEnd && toEnd()).observe(log);

const fresh = document.getElementById("new");
if (!(data.at && goTo(data.at))) toEnd();
if (fresh && !data.at) fresh.scrollIntoView({ block: "start" });
look();
startRing();
socket.connect();
