// The composer: what is being written is kept, what could not be sent is sent later, once, in its order.
import { data, make } from "./room-draw.js";
import { echo, failed, late } from "./room-rows.js";

const form = document.getElementById("comp");
const csrf = document.querySelector('meta[name="csrf-token"]').content;
const field = document.getElementById("msg");
const chosen = document.getElementById("files");
const doing = document.getElementById("doing");
const DRAFT = `draft:${data.me}:${data.ref}`;
const UNSENT = `unsent:${data.me}:${data.ref}`;
const AGAIN = 10_000;
const MOST = 5;

const store = {
  get: (key) => {
    try {
      return localStorage.getItem(key);
    } catch {
      return null; // a browser that keeps nothing
    }
  },
  set: (key, value) => {
    try {
      if (value) localStorage.setItem(key, value);
      else localStorage.removeItem(key);
    } catch {
      // the same
    }
  },
};

export function complain(words) {
  const line = document.getElementById("comp-e");
  if (!line) return;
  line.hidden = !words;
  line.querySelector("span").textContent = words ?? "";
}

export function composer({ deliver, send, answered, typing }) {
  if (!form) return { retry() {}, pace() {}, answer() {}, edit() {}, insert() {}, leave: () => false };
  let reply = 0;
  let editing = 0;
  let before = ""; // what stood in the field when editing began
  let files = [];
  let typedAt = 0;
  const queue = [];
  let working = false;
  let slow = Number(data.slow);
  let until = 0;
  let counting;
  let waited = false;

  // Files can't be kept over a reload.
  function keep() {
    const words = queue.filter((m) => !m.files.length).map(({ text, id, reply: to }) => ({ text, id, reply: to }));
    store.set(UNSENT, words.length ? JSON.stringify(words) : "");
  }

  // One after the other, so that they stand in the order in which they were written.
  async function work() {
    if (working) return;
    working = true;
    while (queue.length) {
      const m = queue[0];
      try {
        const told = await deliver(m);
        queue.shift();
        answered(told.message, told.count);
        if (slow) count(slow, true);
      } catch (error) {
        if (!error.refused) {
          for (const waiting of queue) late(waiting.el);
          setTimeout(work, AGAIN);
          break;
        }
        queue.shift();
        if (error.message === "held") {
          m.el.remove(); // it is kept: a host looks at it first
          complain(error.words);
        } else giveBack(m, error.words || data.wFailed);
        if (error.wait && error.message === "slow") count(error.wait);
      }
    }
    working = false;
    keep();
  }

  // The server said no: the words go back to where they can be changed, or stay with the reason.
  function giveBack(m, why) {
    complain(why);
    if (!field.value && !editing) {
      m.el.remove();
      field.value = m.text;
      files = m.files;
      showFiles();
      return;
    }
    failed(m.el, why, () => {
      m.el.remove();
      field.value = m.text;
      field.focus();
    });
  }

  function add(m) {
    m.el = echo(m.text, m.id, m.files.map((file) => file.name));
    queue.push(m);
    keep();
    work();
  }

  // In a room that is slowed down: how long until the next message; what is typed meanwhile stays.
  function count(seconds, quietly = false) {
    until = Date.now() + seconds * 1000;
    clearInterval(counting);
    const tick = () => {
      const left = Math.ceil((until - Date.now()) / 1000);
      if (left <= 0) clearInterval(counting);
      if (!quietly || waited) complain(left > 0 ? data.wSlow.replace("{n}", left) : undefined);
      if (left <= 0) waited = false;
    };
    counting = setInterval(tick, 500);
    tick();
  }

  function mode(words) {
    doing.hidden = !words;
    doing.querySelector("span").textContent = words ?? "";
  }

  function leave() {
    if (!reply && !editing) return false;
    if (editing) field.value = before;
    reply = editing = 0;
    mode();
    return true;
  }

  async function submit() {
    const text = field.value.trim();
    if (!text && !files.length) return;
    waited = !editing && Date.now() < until;
    if (waited) return; // the countdown says so
    complain();
    typedAt = 0;
    if (editing) return change(text);
    const id = crypto.randomUUID?.() ?? `${Date.now()}-${Math.random().toString(36).slice(2)}`;
    const m = { text, id, reply, files };
    field.value = "";
    store.set(DRAFT, "");
    files = [];
    showFiles();
    reply = 0;
    mode();
    add(m);
  }

  async function change(text) {
    try {
      const told = await send(`${data.message.replace("/0", `/${editing}`)}/words`, { text });
      field.value = "";
      leave();
      answered(told.message);
    } catch (error) {
      complain(error.words || data.wFailed);
    }
  }

  function showFiles() {
    const list = document.getElementById("picked");
    list.hidden = !files.length;
    list.replaceChildren(...files.map((file) => {
      const line = make("li", { textContent: file.name });
      const out = doing.querySelector("button").cloneNode(true);
      out.removeAttribute("id");
      out.addEventListener("click", () => {
        files = files.filter((other) => other !== file);
        showFiles();
      });
      line.append(out);
      return line;
    }));
  }

  function take(list) {
    files = [...files, ...list].slice(0, MOST);
    showFiles();
    field.focus();
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  chosen?.addEventListener("change", () => {
    take(chosen.files);
    chosen.value = "";
  });
  field.addEventListener("paste", (event) => {
    if (event.clipboardData?.files.length) {
      event.preventDefault();
      take(event.clipboardData.files);
    }
  });
  field.addEventListener("keydown", (event) => {
    const composing = event.isComposing || event.keyCode === 229;
    if (event.key !== "Enter" || event.shiftKey || composing || matchMedia("(pointer: coarse)").matches) return;
    event.preventDefault();
    submit();
  });
  field.addEventListener("input", () => {
    if (!editing) store.set(DRAFT, field.value);
    if (Date.now() - typedAt < 3000) return;
    typedAt = Date.now();
    typing();
  });
  // Whom an @ may mean is looked up from the first one on.
  field.addEventListener("input", async function first() {
    if (!field.value.includes("@")) return;
    field.removeEventListener("input", first);
    (await import("./room-calls.js")).calls();
  });
  document.getElementById("undo").addEventListener("click", () => {
    leave();
    field.focus();
  });

  if (!field.value) field.value = store.get(DRAFT) ?? "";
  try {
    for (const m of JSON.parse(store.get(UNSENT) || "[]")) {
      m.files = [];
      m.el = echo(m.text, m.id);
      queue.push(m);
    }
  } catch {
    store.set(UNSENT, "");
  }

  return {
    pace(seconds) {
      slow = data.staff ? 0 : seconds;
      if (!slow) until = 0; // the countdown ends with its next beat
    },
    retry: work,
    leave,
    answer(el) {
      leave();
      reply = Number(el.dataset.id);
      const name = el.querySelector(".msg__m b a")?.textContent ?? data.name;
      const text = el.querySelector(".words")?.textContent.trim().slice(0, 80) ?? "";
      mode(data.wAnswer.replace("{name}", name).replace("{text}", text));
      field.focus();
    },
    async edit(el) {
      leave();
      const answer = await fetch(data.message.replace("/0", `/${el.dataset.id}`), { headers: { Accept: "application/json" } });
      if (!answer.ok) return complain(data.wFailed);
      before = field.value;
      editing = Number(el.dataset.id);
      field.value = (await answer.json()).text;
      mode(data.wEdit);
      field.focus();
    },
    insert(text) {
      field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
      field.dispatchEvent(new Event("input"));
      field.focus();
    },
  };
}

// The room over HTTP: all that the socket does works here too.
// Send JSON, or a form with files; gives the answer, or throws with `refused` and `words`.
export async function send(url, body) {
  const headers = { Accept: "application/json", "X-CSRFToken": csrf };
  const isForm = body instanceof FormData;
  if (!isForm) headers["Content-Type"] = "application/json";
  const answer = await fetch(url, { method: "POST", headers, body: isForm ? body : JSON.stringify(body) });
  const told = await answer.json().catch(() => ({}));
  const refused = answer.status < 500 && answer.status !== 429;
  if (!answer.ok) throw Object.assign(new Error(told.code), { refused, words: told.title, wait: told.wait });
  return told;
}

export async function get(query) {
  const answer = await fetch(`${data.changes}${query}`, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(answer.status);
  return answer.json();
}
