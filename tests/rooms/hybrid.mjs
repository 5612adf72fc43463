// Runs the page's own static/js/room-log.js for tests/rooms/test_hybrid.py: a line in, [client, function, …arguments];
// a line out, what it gave.
import { createInterface } from "node:readline";

const page = await import(`data:text/javascript,${encodeURIComponent(process.argv[2])}`);
const logs = new Map();

function see(log) {
  const { seq, count, read, floor, top, epoch } = log;
  const state = { seq, count, read, floor, top, epoch, behind: page.isBehind(log), after: page.after(log) };
  return { ...state, window: page.window_(log), pins: page.pins(log), unread: page.unread(log) };
}

for await (const line of createInterface({ input: process.stdin })) {
  const [name, what, ...given] = JSON.parse(line);
  if (what === "start") logs.set(name, page.start(...given));
  const told = what === "start" ? null : what === "see" ? see(logs.get(name)) : page[what](logs.get(name), ...given);
  process.stdout.write(`${JSON.stringify(told ?? null)}\n`);
}
