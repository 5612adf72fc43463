// The room over HTTP: all that the socket does works here too.
import { data } from "./room-draw.js";

const csrf = document.querySelector('meta[name="csrf-token"]').content;

// Send JSON, or a form with files; gives the answer, or throws with `refused` and `words`.
export async function send(url, body) {
  const headers = { Accept: "application/json", "X-CSRFToken": csrf };
  const isForm = body instanceof FormData;
  if (!isForm) headers["Content-Type"] = "application/json";
  const answer = await fetch(url, { method: "POST", headers, body: isForm ? body : JSON.stringify(body) });
  const told = await answer.json().catch(() => ({}));
  const refused = answer.status < 500 && answer.status !== 429;
  if (!answer.ok) throw Object.assign(new Error(told.code), { refused, words: told.title });
  return told;
}

export async function get(query) {
  const answer = await fetch(`${data.changes}${query}`, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(answer.status);
  return answer.json();
}
