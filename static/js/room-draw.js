// Draws messages, people and the ring: from the page's own <template>s as the server does, or from what it drew anew.
const data = document.getElementById("room-data").dataset;
const letters = "abcdefghijklmnopqrstuvwxyz";
const hours = new Intl.DateTimeFormat(data.locale, { hour: "2-digit", minute: "2-digit", timeZone: data.zone });
const sizes = new Intl.NumberFormat(data.locale, { style: "unit", unit: "kilobyte", maximumFractionDigits: 0 });
export const copy = (id) => document.getElementById(id).content.firstElementChild.cloneNode(true);
const make = (tag, values = {}) => Object.assign(document.createElement(tag), values);

function face(el, person) {
  let sum = 7;
  [...person.name.toLowerCase()].forEach((c, at) => (sum = (sum * 31 + at + 1 + letters.indexOf(c)) % 8191));
  el.classList.add(`a${(sum % 8) + 1}`);
  if (person.photo) {
    const img = Object.assign(new Image(84, 84), { src: person.photo, alt: "" });
    el.append(img);
  } else {
    const words = person.name.split(/\s+/).filter(Boolean);
    el.dataset.i = (words[0]?.[0] ?? "?").concat(words.length > 1 ? words.at(-1)[0] : "").toUpperCase();
  }
}

export const isMine = (m) => m.by.handle === data.me;
export const plain = (html) => new DOMParser().parseFromString(html, "text/html").body.textContent.trim();

function quote(el, reply) {
  if (!reply) return el.remove();
  if (reply.seq) el.href = `?at=${reply.seq}`;
  if (reply.gone) return el.replaceChildren(data.wLostQuote);
  el.querySelector("b").textContent = reply.name;
  el.querySelector("span").textContent = reply.text;
}

function attached(file) {
  if (file.kind === "image") {
    const link = make("a", { className: "shot", href: file.url });
    link.append(make("img", { src: file.url, alt: file.name, width: file.width, height: file.height }));
    return link;
  }
  const link = copy("t-att");
  link.href = file.url;
  link.querySelector("b").textContent = file.name;
  link.querySelector("small").textContent = sizes.format(Math.max(1, Math.round(file.size / 1000)));
  return link;
}

function behind(page) {
  const link = copy("t-page");
  link.href = page.url;
  link.querySelector("b").textContent = page.title;
  link.querySelector("small").textContent = page.text ? `${page.site}: ${page.text}` : page.site;
  return link;
}

function signed([sign, people]) {
  const button = make("button", { type: "button", title: people.map(([, name]) => name).join(", ") });
  button.dataset.sign = sign;
  button.setAttribute("aria-pressed", people.some(([handle]) => handle === data.me));
  button.append(make("span", { textContent: sign }), make("span", { className: "n num", textContent: people.length }));
  return button;
}

// A message out of its template.
export function message(m) {
  const el = copy(isMine(m) ? "t-me" : "t-msg");
  el.id = `m${m.id}`;
  Object.assign(el.dataset, { id: m.id, seq: m.seq, changed: m.changed_seq, number: m.number });
  el.classList.toggle("called", Boolean(m.calls?.includes(data.me)));
  const time = el.querySelector("time");
  time.dateTime = m.at;
  time.textContent = hours.format(new Date(m.at));
  if (!m.edited) el.querySelector(".edited").remove();
  if (!m.pinned) el.querySelector(".pinned").remove();
  quote(el.querySelector(".quo"), m.reply);
  const words = el.querySelector(".words");
  if (m.deleted) {
    words.classList.add("words--gone");
    words.replaceChildren(make("p", { textContent: data.wGone }));
  } else words.innerHTML = m.html; // made safe by the server
  if (!m.deleted && !m.html) words.hidden = true;
  words.after(...(m.files ?? []).map(attached), ...(m.preview ? [behind(m.preview)] : []));
  if (m.signs) el.querySelector(".rx").append(...m.signs.map(signed));
  else el.querySelector(".rx").remove();
  if (!isMine(m)) {
    face(el.querySelector(".av"), m.by);
    const name = el.querySelector(".msg__m b a");
    name.textContent = m.by.name;
    name.href = data.person.replace("HANDLE", m.by.handle);
  }
  const more = el.querySelector("[data-more]");
  if (m.deleted) more.remove();
  else more.href = data.message.replace("/0", `/${m.id}`);
  return el;
}

export function typingLine(names) {
  const line = document.getElementById("typing");
  line.hidden = !names.length;
  line.querySelector("b").textContent = names.length > 1 ? data.wTyping2 : data.wTyping.replace("{name}", names[0]);
}

export function people(found) {
  const seats = document.getElementById("seats");
  const words = data.wPeople.replace("{n}", found.present);
  const line = document.getElementById("present");
  if (line) line.textContent = found.present ? words : "";
  if (!seats) return;
  document.getElementById("alone").hidden = found.present > 1;
  seats.replaceChildren(
    ...found.people.map((person) => {
      const seat = copy("t-seat");
      face(seat.querySelector(".av"), person);
      const name = seat.querySelector("a");
      name.textContent = person.name;
      name.href = data.person.replace("HANDLE", person.handle);
      if (person.state) seat.querySelector(".av").dataset.s = person.state;
      const states = Object.fromEntries(["focus", "break", "away", "dnd"].map((s, at) => [s, data.wStates.split("|")[at]]));
      seat.querySelector("small").textContent = person.call ? data.wCalls : states[person.state] || person.line;
      return seat;
    }),
  );
}

// ---- the ring: drawn from {started_at, duration} by the server's clock; nobody ticks over the wire -----------------
const AWAY = 3000; // ms until the site is asked again
const soonish = (wait) => wait + Math.random() * 1200; // not all pages in the same moment
const LENGTH = 276.5;
let late = 0; // how far this machine's clock is behind the server's, ms
let timer;

function tick() {
  const ring = document.getElementById("ring");
  if (!ring) return;
  const { started, seconds } = ring.dataset;
  const left = Math.max(0, Date.parse(started) / 1000 + Number(seconds) - (Date.now() + late) / 1000);
  const whole = Math.min(Number(seconds), Math.ceil(left));
  const words = `${String(Math.floor(whole / 60)).padStart(2, "0")}:${String(whole % 60).padStart(2, "0")}`;
  document.getElementById("time").textContent = words;
  ring.querySelector(".fg").setAttribute("stroke-dashoffset", (LENGTH * (1 - left / seconds)).toFixed(1));
}

export function startRing() {
  const ring = document.getElementById("ring");
  clearInterval(timer);
  if (!ring) return;
  late = Date.parse(ring.dataset.now) - Date.now();
  tick();
  timer = setInterval(tick, 1000);
}

// The clock moved: the server draws the stage anew.
export async function moved(clock) {
  const stage = document.getElementById("stage");
  if (!stage) return;
  const version = document.getElementById("ring")?.dataset.version;
  if (clock ? version === String(clock.version) : !version) return;
  const page = await drawn();
  if (page?.number > staged) {
    staged = page.number;
    renew("stage", page, (field) => field === document.activeElement && isTyped(field));
  }
  if (page) tableFrom(page);
  else if (page === null) setTimeout(moved, soonish(AWAY), clock);
  startRing();
}

let asked = 0;
let shown = 0; // the last asked for of those that stand there: an answer that comes late must not undo it
let staged = 0; // the same of the stage

// The page as it is now; null while the site is away.
async function drawn() {
  const number = ++asked;
  const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!answer?.ok) return answer?.status < 500 ? undefined : null;
  return Object.assign(new DOMParser().parseFromString(await answer.text(), "text/html"), { number });
}

// Who has typed or chosen something at the table keeps it, and whoever is at it in the stage; what others did stands there
// with the next change, or when they send. Who has only gone to a field is in it still.
const isTyped = (field) => field.value !== field.defaultValue || field.checked !== field.defaultChecked;

function renew(id, page, isKept) {
  const old = document.getElementById(id);
  const fresh = page.getElementById(id);
  if (!old || !fresh) return;
  const fields = [...old.querySelectorAll("textarea, input")];
  if (fields.some(isKept)) return;
  const field = fields.find((each) => each === document.activeElement);
  old.replaceWith(document.adoptNode(fresh));
  if (field?.id) document.getElementById(field.id)?.focus({ preventScroll: true });
}

function tableFrom(page) {
  if (page.number < shown) return;
  shown = page.number;
  seen = page.getElementById("table")?.dataset.version ?? told;
  renew("table", page, isTyped);
}

// Somebody came, said a goal or a win. Many at once are drawn once, and not by all pages in the same moment; while the
// site is away it is asked again.
let soon;
export function table() {
  draw(300);
}

// What the server knows it by: another word where a push was missed, or came while the page was still being made.
let seen = document.getElementById("table")?.dataset.version ?? "";
let told = seen;
export function tableIs(version) {
  told = version;
  if (version !== seen) table();
}

function draw(wait) {
  soon ??= setTimeout(async () => {
    soon = undefined;
    const page = await drawn();
    if (page) tableFrom(page);
    else if (page === null) draw(AWAY);
  }, soonish(wait));
}

export { data, make };
