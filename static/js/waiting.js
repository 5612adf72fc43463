// Whoever waits for a partner sees at once that somebody was found: the page asks every few seconds, and is drawn anew.
const box = document.querySelector("[data-waiting]");
const said = box?.querySelector("[data-said]");
const EVERY = 5000;

async function ask() {
  if (document.hidden) return;
  try {
    const answer = await fetch(box.dataset.waiting, { headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    const { state } = await answer.json();
    if (state === box.dataset.state) return;
    said.textContent = said.dataset.said;
    // What is being typed is not lost.
    if (!document.activeElement?.closest("form.box")) location.reload();
  } catch {
    // away for a moment: the next time tells
  }
}

if (box) setInterval(ask, EVERY);
