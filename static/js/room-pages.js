// Scrolling beyond what the page holds: the next page on that side is fetched and drawn a few messages at a time, so that
// a slow phone goes on scrolling; as much is let go on the other side.
import * as state from "./room-log.js";
import * as rows from "./room-rows.js";
import { get } from "./room-say.js";
import { here, letGo, look, paging } from "./room-window.js";

const SLICE = 6; // ms of drawing in one go
const CLOSE = 900; // px from an end of what is shown: the next page is fetched
const breath = () => new Promise((go) => setTimeout(go));

const isDone = (back) => (back ? !here.floor : state.atEnd(here));
const ask = (back) => get(back ? `?before=${here.floor}` : `?behind=${here.top}`);

export async function turn(back) {
  if (paging.on || isDone(back)) return;
  paging.on = true;
  const { epoch } = here;
  try {
    const found = await ask(back);
    if (!(back ? state.earlier : state.later)(here, found, epoch)) return;
    await drawMissing(back);
    rows.steady(() => rows.ways(here));
    letGo(false);
    setTimeout(follow); // meanwhile somebody may have scrolled to an end
  } catch {
    // the link is still there
  } finally {
    paging.on = false;
    look();
  }
}

// The next page, where one is close to an end.
export function follow() {
  const { scrollTop, scrollHeight, clientHeight } = rows.log;
  if (!clientHeight) return;
  if (scrollTop < CLOSE) turn(true);
  if (scrollHeight - scrollTop - clientHeight < CLOSE) turn(false);
}

// Nearest first. Asked anew each time: meanwhile messages may come, or all be drawn anew.
async function drawMissing(back) {
  for (;;) {
    const missing = state.window_(here).filter((m) => !rows.shown(m.id));
    if (!missing.length) return;
    rows.steady(() => drawSome(back ? missing.reverse() : missing));
    rows.rest();
    await breath();
  }
}

function drawSome(missing) {
  const end = performance.now() + SLICE;
  for (const m of missing) {
    rows.draw(m);
    if (performance.now() > end) return;
  }
}
