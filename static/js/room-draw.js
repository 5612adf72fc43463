// Draws messages and people from the page's own <template>s, as the server does.
const data = document.getElementById("room-data").dataset;
const log = document.getElementById("log");
const letters = "abcdefghijklmnopqrstuvwxyz";
const hours = new Intl.DateTimeFormat(data.locale, { hour: "2-digit", minute: "2-digit", timeZone: data.zone });
const days = new Intl.DateTimeFormat(data.locale, { weekday: "long", day: "numeric", month: "long", timeZone: data.zone });
const copy = (id) => document.getElementById(id).content.firstElementChild.cloneNode(true);

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

function fill(el, m) {
  const mine = isMine(m);
  el.id = `m${m.id}`;
  Object.assign(el.dataset, { id: m.id, seq: m.seq, changed: m.changed_seq });
  const time = el.querySelector("time");
  time.dateTime = m.at;
  time.textContent = hours.format(new Date(m.at));
  const words = el.querySelector(".words");
  if (m.deleted) {
    words.classList.add("words--gone");
    words.replaceChildren(Object.assign(document.createElement("p"), { textContent: data.wGone }));
  } else words.innerHTML = m.html; // made safe by the server
  if (!mine) {
    face(el.querySelector(".av"), m.by);
    const name = el.querySelector(".msg__m b a");
    name.textContent = m.by.name;
    name.href = data.person.replace("HANDLE", m.by.handle);
  }
  const act = el.querySelector(mine ? "[data-drop]" : "[data-report]");
  if (m.deleted) act.remove();
  else if (mine) act.action = data.drop.replace("/0/", `/${m.id}/`);
  else act.href = data.report.replace(/message(%3A|:)0/, `message$1${m.id}`);
  return el;
}

function dayLine(el) {
  const day = days.format(new Date(el.querySelector("time").dateTime)).replace(",", "");
  let before = el.previousElementSibling;
  while (before && !before.dataset.id) before = before.previousElementSibling;
  const last = before && days.format(new Date(before.querySelector("time").dateTime)).replace(",", "");
  if (last === day || (!before && el.previousElementSibling?.matches("[data-day]"))) return;
  const line = Object.assign(document.createElement("p"), { className: "sys" });
  line.dataset.day = "";
  line.append(Object.assign(document.createElement("b"), { textContent: day }));
  el.before(line);
}

// Put a message where its number says: over its echo, over an older version of itself, or between the others.
export function draw(m) {
  const old = shown(m.id) ?? (isMine(m) ? waiting(m.client_id) : null);
  if (old?.dataset.id && Number(old.dataset.changed) >= m.changed_seq) return false;
  const el = fill(copy(isMine(m) ? "t-me" : "t-msg"), m);
  document.getElementById("nothing")?.remove();
  if (old?.dataset.id) {
    old.replaceWith(el);
    return false;
  }
  old?.remove();
  const later = [...log.querySelectorAll("[data-id]")].find((other) => Number(other.dataset.seq) > m.seq);
  const place = later ?? log.querySelector("[data-client]");
  if (place) place.before(el);
  else log.append(el);
  if (!later) dayLine(el);
  return true;
}

export function echo(text, clientId) {
  const el = copy("t-me");
  el.classList.add("wait");
  el.dataset.client = clientId;
  const p = Object.assign(document.createElement("p"), { textContent: text });
  el.querySelector(".words").append(p);
  el.querySelector("[data-drop]").remove();
  el.querySelector("time").textContent = data.wSending;
  document.getElementById("nothing")?.remove();
  log.append(el);
  toEnd();
  return el;
}

export function failed(el, again) {
  const button = Object.assign(document.createElement("button"), { type: "button", className: "failed" });
  button.textContent = data.wFailed;
  button.addEventListener("click", again);
  el.querySelector(".me__f").replaceChildren(button);
}

export function clear() {
  for (const el of [...log.children]) if (!el.dataset.client) el.remove();
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
      seat.querySelector("small").textContent = person.line;
      return seat;
    }),
  );
}

export { data, log };
