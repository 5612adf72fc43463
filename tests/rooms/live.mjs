// Real clients of a room: the page's own static/js/vendor/socket.io.js and static/js/room-log.js over a real socket,
// joined as static/js/room.js joins them. For tests/rooms/live.py: a line in, [client, deed, …arguments]; a line out.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

const cookies = new Map(); // by the name a client gives itself in its address
const Plain = globalThis.WebSocket;
globalThis.WebSocket = class extends Plain {
  constructor(address) {
    const { searchParams, origin } = new URL(address);
    super(address, { headers: { cookie: cookies.get(searchParams.get("as")), origin: origin.replace("ws", "http") } });
  }
};
const load = (file) => import(`data:text/javascript,${encodeURIComponent(readFileSync(file, "utf8"))}`);
const { io } = await load("static/js/vendor/socket.io.js");
const page = await load("static/js/room-log.js");
const clients = new Map();
const soon = (ms) => new Promise((done) => setTimeout(done, ms));

class Client {
  constructor(name) {
    this.name = name;
  }

  // Load the page: what the server draws into it is what `changes` answers.
  async open({ url, cookie, room, me }) {
    Object.assign(this, { room, me });
    cookies.set(this.name, cookie);
    this.cookie = cookie;
    this.at(url);
    const found = await this.get("");
    this.log = page.start({ ...found, ...found.reading, me });
    await this.back();
    return this.see();
  }

  at(url) {
    this.url = url;
    this.socket?.disconnect();
    this.socket = io(url, { transports: ["websocket"], autoConnect: false, query: { as: this.name }, forceNew: true });
    this.socket.on("connect", () => this.join().catch(() => page.lost(this.log)));
    this.socket.on("said", (said) => said.room === this.room && this.hear(said));
    this.socket.on("look", (news) => (page.told(this.log, news.seq), this.catchUp()));
    this.socket.on("anew", () => (page.look(this.log), this.keepUp()));
    this.socket.on("disconnect", () => page.lost(this.log));
  }

  ask(name, more = {}) {
    return this.socket.timeout(8000).emitWithAck(name, { room: this.room, ...more });
  }

  async get(query) {
    const address = `${this.url}/rooms/${this.room}/changes${query}`;
    const answer = await fetch(address, { headers: { accept: "application/json", cookie: this.cookie } });
    if (!answer.ok) throw new Error(`${answer.status} of ${address}`);
    return answer.json();
  }

  async join() {
    const found = await this.ask("join", { after: page.after(this.log) ?? undefined });
    if (found.error) throw new Error(found.error);
    page.caught(this.log, found);
    page.joined(this.log);
    page.reading(this.log, found.reading);
    await this.keepUp();
  }

  hear(said) {
    page.heard(this.log, said);
    this.keepUp();
  }

  keepUp() {
    return page.isBehind(this.log) ? this.catchUp() : undefined;
  }

  catchUp() {
    const after = page.after(this.log);
    this.catching ??= this.get(after === null ? "" : `?after=${after}`)
      .then((found) => page.caught(this.log, found, { anew: after === null }))
      .catch(() => undefined)
      .finally(() => (this.catching = undefined));
    return this.catching;
  }

  async say(text, id) {
    if (!this.socket.connected || !this.log.joined) return false; // the page would send it over HTTP
    const told = await this.ask("say", { text, client_id: id }).catch(() => ({}));
    if (told.message) page.answered(this.log, told.message, told.count);
    return Boolean(told.message);
  }

  cut() {
    this.socket.disconnect();
    page.lost(this.log);
  }

  async back() {
    this.socket.connect();
    for (let n = 0; n < 400 && !this.log.joined; n += 1) await soon(25);
    return this.log.joined;
  }

  async move(url) {
    page.lost(this.log);
    this.at(url);
    return this.back();
  }

  // As the page's refresh does, and its polling while there is no socket, until nothing is missing up to change `seq`.
  async settle(seq) {
    page.told(this.log, seq);
    for (let n = 0; n < 400 && (this.log.seq < seq || page.isBehind(this.log)); n += 1) {
      await (this.log.joined ? this.keepUp() : this.catchUp());
      await soon(25);
    }
    return this.see();
  }

  see() {
    const { seq, floor } = this.log;
    return { seq, floor, window: page.window_(this.log), pins: page.pins(this.log) };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const [name, deed, ...given] = JSON.parse(line);
  if (!clients.has(name)) clients.set(name, new Client(name));
  const told = await clients.get(name)[deed](...given);
  process.stdout.write(`${JSON.stringify(told ?? null)}\n`);
}
process.exit();
