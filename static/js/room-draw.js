// Draws messages and people from the page's own <template>s, as the server does.
const data = document.getElementById("room-data").dataset;
const log = document.getElementById("log");
const letters = "abcdefghijklmnopqrstuvwxyz";
const hours = new Intl.DateTimeFormat(data.locale, { hour: "2-digit", minute: "2-digit", timeZone: data.zone });
const days = new Intl.DateTimeFormat(data.locale, { weekday: "long", day: "numeric", month: "long", timeZone: data.zone });
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
export const near = () => log.scrollHeight - log.scrollTop - log.clientHeight < 120;
export const toEnd = () => (log.scrollTop = log.scrollHeight);
export const shown = (id) => log.querySelector(`[data-id="${id}"]`);
const waiting = (clientId) => log.querySelector(`[data-client="${CSS.escape(clientId)}"]`);
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

function fill(el, m) {
  const mine = isMine(m);
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
  if (!mine) {
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

const dayOf = (el) => days.format(new Date(el.querySelector("time").dateTime)).replace(",", "");

// A line with the day above the first message of it.
function dayLine(el) {
  let before = el.previousElementSibling;
  while (before && !before.dataset.id) before = before.previousElementSibling;
  const day = dayOf(el);
  if ((before && dayOf(before) === day) || (!before && el.previousElementSibling?.matches("[data-day]"))) return;
  const line = make("p", { className: "sys" });
  line.dataset.day = "";
  line.append(make("b", { textContent: day }));
  el.before(line);
}

// The lines of days anew, after older messages came on top or others went.
export function dayLines() {
  log.querySelectorAll("[data-day]").forEach((line) => line.remove());
  log.querySelectorAll("[data-id]").forEach(dayLine);
}

// Put a message where its number says: over its echo, over an older version of itself, or between the others.
export function draw(m) {
  const old = shown(m.id) ?? (isMine(m) ? waiting(m.client_id) : null);
  if (old?.dataset.id && Number(old.dataset.changed) >= m.changed_seq) return false;
  const el = fill(copy(isMine(m) ? "t-me" : "t-msg"), m);
  document.getElementById("nothing")?.remove();
  if (old?.dataset.id) {
    const held = old.contains(document.activeElement) || old === document.activeElement;
    if (old.tabIndex === 0) el.tabIndex = 0;
    old.replaceWith(el);
    if (held) focusOn(el);
    return false;
  }
  old?.remove();
  const later = [...log.querySelectorAll("[data-id]")].reverse().find((other, at, all) => {
    const next = all[at + 1];
    return Number(other.dataset.seq) > m.seq && !(next && Number(next.dataset.seq) > m.seq);
  });
  const place = later ?? log.querySelector("[data-client]");
  if (place) place.before(el);
  else log.append(el);
  if (!later) dayLine(el);
  return true;
}

export function focusOn(el) {
  log.querySelectorAll('[data-id][tabindex="0"]').forEach((other) => (other.tabIndex = -1));
  el.tabIndex = 0;
  el.focus({ preventScroll: true });
  el.scrollIntoView({ block: "nearest" });
}

// What is pinned, in the bar on top.
export function drawPin(m) {
  const bar = document.getElementById("pins");
  const list = bar.querySelector("ul");
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
  bar.hidden = !list.children.length;
  bar.querySelector("summary b").textContent = list.children.length;
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
  log.append(el);
  toEnd();
  return el;
}

export const late = (el) => (el.querySelector("time").textContent = data.wWaiting);

export function failed(el, why, again) {
  const button = make("button", { type: "button", className: "failed", textContent: why });
  button.addEventListener("click", again);
  el.querySelector(".me__f").replaceChildren(button);
}

// The older link stands while there is something above.
export function olderLink(floor) {
  let link = log.querySelector("[data-before]");
  if (!floor) return link?.remove();
  if (!link) {
    link = make("a", { className: "btn btn--line btn--sm older", textContent: data.wEarlier });
    document.getElementById("pins").after(link);
  }
  link.href = `?before=${floor}&tab=chat`;
  link.dataset.before = floor;
}

export function clear() {
  for (const el of log.querySelectorAll("[data-id], [data-day], #new")) el.remove();
  document.getElementById("pins").querySelector("ul").replaceChildren();
  document.getElementById("pins").hidden = true;
}

// What was born before `floor` leaves the page.
export function forget(floor) {
  for (const el of [...log.querySelectorAll("[data-id]")]) if (Number(el.dataset.seq) < floor) el.remove();
  dayLines();
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

export { data, log, make };
