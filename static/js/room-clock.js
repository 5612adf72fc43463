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
  const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById("stage");
  if (fresh) stage.replaceWith(document.adoptNode(fresh));
  start();
}
