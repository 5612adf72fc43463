// The ring: drawn from {started_at, duration} by the server's clock. Nobody ticks over the wire.
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

export function start() {
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
  if (stage.contains(document.activeElement) && document.activeElement.value) return; // somebody is typing there
  const page = await drawn();
  const fresh = page?.getElementById("stage");
  if (fresh) stage.replaceWith(document.adoptNode(fresh));
  if (page) tableFrom(page);
  start();
}

async function drawn() {
  const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } });
  return answer.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
}

// Who is typing at the table keeps it; what others did stands there with the next change, or when they send.
function tableFrom(page) {
  const table = document.getElementById("table");
  const fresh = page.getElementById("table");
  const typing = [...(table?.querySelectorAll("textarea, input.input") ?? [])].some((field) => field.value !== field.defaultValue);
  if (table && fresh && !typing) table.replaceWith(document.adoptNode(fresh));
}

// Somebody came, said a goal or a win. Many at once are drawn once, and not by all pages in the same moment.
let soon;
export function table() {
  soon ??= setTimeout(async () => {
    soon = undefined;
    const page = await drawn();
    if (page) tableFrom(page);
  }, 300 + Math.random() * 1200);
}
