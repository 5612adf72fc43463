// The practice's calendar in #calendar: draws what data-events answers, keeps time free where one drags (data-blocks,
// posted as JSON), moves and ends those blocks. What it says stands in data attributes too. Times are the practice's wall
// clock throughout. The form and the list below do the same without this script.
const root = document.getElementById("calendar");
const chosen = document.getElementById("calendar-chosen");
const words = root?.dataset ?? {};
const say = (detail) => document.dispatchEvent(new CustomEvent("toast", { detail }));
const sign = root?.dataset.offset.startsWith("-") ? -1 : 1;
const [hours, minutes] = (root?.dataset.offset ?? "+00:00").slice(1).split(":").map(Number);
const wall = (at) => new Date(at.getTime() + sign * (hours * 60 + minutes) * 60000).toISOString().slice(0, 16);

async function send(path, body) {
  const answer = await fetch(path, {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      Accept: "application/json",
      "X-CSRFToken": document.querySelector("meta[name=csrf-token]")?.content ?? "",
    },
    body: JSON.stringify(body),
  }).catch(() => null);
  if (answer?.ok) return true;
  const told = await answer?.json().catch(() => null);
  say(told?.title ?? words.failed);
  return false;
}

const path = (...parts) => {
  const [base, query] = root.dataset.blocks.split("?");
  return [[base, ...parts].join("/"), query].filter(Boolean).join("?");
};

function show(event, calendar) {
  const { href, kind, who, block } = event.extendedProps;
  const head = document.createElement("b");
  head.textContent = event.title;
  const rest = document.createElement("span");
  rest.textContent = [kind, who].filter(Boolean).join(", ");
  chosen.replaceChildren(head, rest);
  if (href) {
    const link = document.createElement("a");
    link.className = "link";
    link.href = href;
    link.textContent = words.openWord;
    chosen.append(link);
  }
  if (event.editable) {
    const remove = document.createElement("button");
    remove.type = "button";
    remove.className = "btn btn--line btn--sm";
    remove.textContent = words.remove;
    remove.addEventListener("click", async () => {
      if (!(await send(path(block, "end"), {}))) return;
      calendar.refetchEvents();
      chosen.replaceChildren(words.removed);
    });
    chosen.append(remove);
  }
}

async function moved({ event, revert }) {
  const body = { start: wall(event.start), end: wall(event.end) };
  if (await send(path(event.extendedProps.block), body)) say(words.saved);
  else revert();
}

// An event's words, and the button they are: the library makes one of the article around them, which may be none.
function written({ event, timeText }) {
  const button = document.createElement("span");
  button.className = "ec-event-body";
  button.setAttribute("role", "button");
  button.tabIndex = 0;
  for (const [name, text] of Object.entries({ time: timeText, title: event.title })) {
    const part = document.createElement("span");
    part.className = `ec-event-${name}`;
    part.textContent = text;
    button.append(part);
  }
  return { domNodes: [button] };
}

// The library calls its boxes a table without keeping to what a table holds: better no word than a wrong one. The list
// below says the same in order.
function plain() {
  for (const one of root.querySelectorAll("[role]:not([role=dialog], button, span[role=button])")) one.removeAttribute("role");
  for (const one of root.querySelectorAll("article[tabindex]")) one.removeAttribute("tabindex");
  for (const one of root.querySelectorAll("h4:not([aria-level])")) one.setAttribute("aria-level", "3");
  for (const name of ["aria-colindex", "aria-rowindex", "aria-colspan", "aria-rowspan", "aria-colcount"]) {
    for (const one of root.querySelectorAll(`[${name}]`)) one.removeAttribute(name);
  }
}

if (root && globalThis.EventCalendar) {
  const narrow = matchMedia("(max-width: 700px)").matches;
  const calendar = EventCalendar.create(root, {
    view: narrow ? "listWeek" : "timeGridWeek",
    date: root.dataset.week,
    firstDay: 1,
    locale: document.documentElement.lang,
    timeZone: root.dataset.offset,
    headerToolbar: { start: "prev,next today", center: "title", end: "timeGridWeek,dayGridMonth,listWeek" },
    buttonText: (text) => ({
      ...text,
      today: words.today,
      timeGridWeek: words.weekView,
      dayGridMonth: words.monthView,
      listWeek: words.listView,
      prev: words.earlier,
      next: words.later,
    }),
    slotMinTime: "07:00",
    slotMaxTime: "21:00",
    flexibleSlotTimeLimits: true,
    nowIndicator: true,
    dayMaxEvents: true,
    slotDuration: "00:30",
    snapDuration: "00:15",
    editable: false,
    eventStartEditable: true,
    selectable: true,
    unselectAuto: true,
    eventSources: [{ url: root.dataset.events }],
    noEventsContent: words.none,
    allDayContent: words.whole,
    eventContent: written,
    async select({ start, end }) {
      const ok = await send(path(), { start: wall(start), end: wall(end) });
      calendar.unselect();
      if (ok) {
        say(words.kept);
        calendar.refetchEvents();
      }
    },
    eventClick: ({ event }) => show(event, calendar),
    eventDrop: moved,
    eventResize: moved,
  });
  plain();
  new MutationObserver(plain).observe(root, { subtree: true, childList: true, attributeFilter: ["role", "tabindex"] });
  root.hidden = false;
}
