// What one does with a message: its menu, the signs, the keys.
import { data, make } from "./room-draw.js";
import { focusOn, log } from "./room-rows.js";
import { complain } from "./room-say.js";

const menu = document.getElementById("acts");
const signs = document.getElementById("signs");
const field = document.getElementById("msg");
const help = document.getElementById("help");
const hand = document.getElementById("hand");
const AT_HAND = 6;
const address = (id, what = "") => data.message.replace("/0", `/${id}`) + what;

export function acts({ send, answered, writing }) {
  let on = null; // the message the menu is about
  let opener = null;
  let picking = null; // what a picked sign is for

  function open(pop, by) {
    opener = by;
    pop.showPopover();
    const at = by.getBoundingClientRect();
    const box = pop.getBoundingClientRect();
    const top = at.bottom + box.height + 8 > innerHeight ? at.top - box.height - 4 : at.bottom + 4;
    pop.style.setProperty("top", `${Math.max(8, top)}px`);
    pop.style.setProperty("left", `${Math.max(8, Math.min(at.right - box.width, innerWidth - box.width - 8))}px`);
    pop.querySelector("button:not([hidden])")?.focus();
  }

  function openMenu(el, by) {
    on = el;
    const mine = el.classList.contains("me");
    const pinned = Boolean(el.querySelector(".pinned"));
    const may = {
      answer: field,
      edit: mine && field,
      pin: data.pins && !pinned,
      unpin: data.pins && pinned,
      link: true,
      report: !mine,
      delete: mine || data.staff,
      page: true,
    };
    for (const item of menu.querySelectorAll("[data-do]")) item.hidden = !may[item.dataset.do];
    menu.querySelector('[data-do="delete"] span').textContent = menu.dataset.delete;
    delete menu.dataset.sure;
    menu.querySelector('[data-do="report"]').href = data.report.replace(/message(%3A|:)0/, `message$1${el.dataset.id}`);
    menu.querySelector('[data-do="page"]').href = address(el.dataset.id);
    hand.hidden = !field;
    open(menu, by);
  }

  async function change(what, body) {
    try {
      answered((await send(address(on.dataset.id, what), body)).message);
      complain();
    } catch (error) {
      complain(error.words || data.wFailed);
    }
  }

  function react(el, sign) {
    on = el;
    const button = [...el.querySelectorAll("[data-sign]")].find((one) => one.dataset.sign === sign);
    return change("/signs", { sign, on: button?.getAttribute("aria-pressed") !== "true" });
  }

  function pickFor(what, by) {
    picking = what;
    open(signs, by);
  }

  const deeds = {
    answer: () => writing.answer(on),
    edit: () => writing.edit(on),
    pin: () => change("/pin", { on: true }),
    unpin: () => change("/pin", { on: false }),
    async link() {
      const url = new URL(location.pathname, location.href);
      url.searchParams.set("at", on.dataset.seq);
      await navigator.clipboard?.writeText(url.href).catch(() => undefined);
      document.dispatchEvent(new CustomEvent("toast", { detail: data.wCopied }));
    },
    delete: () => change("/deletion", {}),
  };

  menu.dataset.delete = menu.querySelector('[data-do="delete"] span').textContent;
  menu.addEventListener("click", (event) => {
    const item = event.target.closest("button[data-do]");
    if (!item) return;
    if (item.dataset.do === "delete" && !on.classList.contains("me")) {
      location.assign(`${address(on.dataset.id)}#remove`); // another's goes with a reason
      return;
    }
    if (item.dataset.do === "delete" && !menu.dataset.sure) {
      menu.dataset.sure = "1";
      item.querySelector("span").textContent = data.wSure;
      return;
    }
    menu.hidePopover();
    if (!["answer", "edit"].includes(item.dataset.do)) focusOn(on);
    deeds[item.dataset.do]();
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    const items = [...menu.querySelectorAll("[data-do]:not([hidden])")];
    const at = items.indexOf(document.activeElement);
    items.at((at + (event.key === "ArrowDown" ? 1 : -1)) % items.length).focus();
  });
  for (const pop of [menu, signs])
    pop.addEventListener("toggle", (event) => {
      if (event.newState === "closed" && pop.contains(document.activeElement)) opener?.focus();
    });
  signs.addEventListener("click", (event) => {
    const sign = event.target.closest("[data-pick]")?.dataset.pick;
    if (!sign) return;
    signs.hidePopover();
    picking(sign);
  });

  for (const button of [...signs.querySelectorAll("[data-pick]")].slice(0, AT_HAND)) {
    const copy = button.cloneNode(true);
    copy.addEventListener("click", () => {
      menu.hidePopover();
      react(on, copy.dataset.pick);
    });
    hand.append(copy);
  }
  const more = make("button", { type: "button", textContent: "…", ariaLabel: signs.getAttribute("aria-label") });
  more.addEventListener("click", () => {
    const [el, by] = [on, opener];
    menu.hidePopover();
    pickFor((sign) => react(el, sign), by);
  });
  hand.append(more);

  log.addEventListener("click", (event) => {
    const el = event.target.closest("[data-id]");
    const link = event.target.closest("[data-more]");
    const sign = event.target.closest("[data-sign]");
    if (link && el && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      openMenu(el, link);
    } else if (sign && el && field) react(el, sign.dataset.sign);
  });
  const smile = document.getElementById("smile");
  if (smile) {
    smile.hidden = false;
    smile.addEventListener("click", () => pickFor(writing.insert, smile));
  }

  // ---- keys ----------------------------------------------------------------------------------------------------
  const messages = () => [...log.querySelectorAll("[data-id]")];
  function walk(by, from) {
    const all = messages();
    const at = from ? all.indexOf(from) + by : all.length - 1;
    if (all[at]) focusOn(all[at]);
  }

  function onMessage(event, el) {
    const key = event.key.toLowerCase();
    if (key === "arrowup") walk(-1, el);
    else if (key === "arrowdown") walk(1, el);
    else if (key === "r" && field) writing.answer(el);
    else if (key === "e" && field && el.matches(".me")) writing.edit(el);
    else if (key === "m" && el.querySelector("[data-more]")) openMenu(el, el.querySelector("[data-more]"));
    else return;
    event.preventDefault();
  }

  // Before core's own "/", which looks for a search field.
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const typed = event.target.closest("input, textarea, select, [contenteditable]");
    const busy = menu.matches(":popover-open") || signs.matches(":popover-open") || help.open;
    if (event.key === "Escape" && !busy) {
      if (!writing.leave() && log.contains(event.target)) field?.focus();
      else if (typed === field) complain();
    } else if (busy) return;
    else if (typed === field && event.key === "ArrowUp" && !field.value && messages().length) {
      event.preventDefault();
      walk(-1, null);
    } else if (typed) return;
    else if (event.key === "/" && field) {
      event.preventDefault();
      document.querySelector('.roomtabs [data-tab="chat"]')?.click();
      field.focus();
    } else if (event.key === "?") help.showModal();
    else if (event.target.matches("[data-id]")) onMessage(event, event.target);
    else if (event.target === log && event.key.startsWith("Arrow")) {
      event.preventDefault();
      walk(-1, null);
    }
  });
}
