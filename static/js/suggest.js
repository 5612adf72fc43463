// input[data-suggest=URL]: a list of suggestions while one types, as a combobox. Arrows walk through it, Enter opens the
// chosen one (or searches, with none chosen), Escape closes it. While letters are being composed nothing is taken from
// the keyboard. Without this script the form searches.
const WAIT = 120; // ms after the last letter
const known = new Map();

for (const field of document.querySelectorAll("input[data-suggest]")) equip(field);

function equip(field) {
  const list = document.createElement("div");
  list.id = `${field.id}-suggested`;
  list.className = "menu__p";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", field.dataset.suggestLabel);
  field.after(list);
  const told = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id };
  for (const [name, value] of Object.entries(told)) field.setAttribute(name, value);
  let timer, asked, at = -1;

  function choose(place) {
    at = place;
    [...list.children].forEach((row, n) => row.setAttribute("aria-selected", n === at));
    if (at < 0) field.removeAttribute("aria-activedescendant");
    else field.setAttribute("aria-activedescendant", list.children[at].id);
    list.children[at]?.scrollIntoView({ block: "nearest" });
  }

  function show(open) {
    list.hidden = !open || !list.children.length;
    field.setAttribute("aria-expanded", !list.hidden);
    choose(-1);
  }

  function draw(rows) {
    list.replaceChildren(...rows.map((row, n) => {
      const link = document.createElement("a");
      const note = document.createElement("small");
      Object.assign(link, { href: row.href, id: `${list.id}-${n}`, tabIndex: -1, textContent: `${row.text} ` });
      link.setAttribute("role", "option");
      note.textContent = row.note;
      link.append(note);
      return link;
    }));
    show(document.activeElement === field);
  }

  async function look() {
    const typed = field.value.trim().replace(/\s+/g, " ").toLowerCase();
    asked?.abort();
    if (typed.length < 2) return draw([]);
    if (known.has(typed)) return draw(known.get(typed));
    asked = new AbortController();
    try {
      const url = `${field.dataset.suggest}?q=${encodeURIComponent(typed)}`;
      const answer = await fetch(url, { signal: asked.signal, headers: { Accept: "application/json" } });
      const rows = answer.ok ? (await answer.json()).suggestions : [];
      if (answer.ok) known.set(typed, rows);
      draw(rows);
    } catch (error) {
      if (error.name !== "AbortError") draw([]);
    }
  }

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, WAIT);
  });
  field.addEventListener("keydown", (event) => {
    const { key, isComposing, keyCode } = event;
    if (isComposing || keyCode === 229) return;
    const many = list.children.length;
    if ((key === "ArrowDown" || key === "ArrowUp") && many) {
      event.preventDefault();
      const from = list.hidden ? (show(true), -1) : at;
      // One step beyond either end is the field itself.
      choose(key === "ArrowDown" ? (from + 2) % (many + 1) - 1 : (from + many + 1) % (many + 1) - 1);
    } else if (key === "Enter" && !list.hidden && at >= 0) {
      event.preventDefault();
      list.children[at].click();
    } else if (key === "Escape" && !list.hidden) {
      event.preventDefault();
      show(false);
    }
  });
  field.addEventListener("blur", () => show(false));
  field.addEventListener("focus", () => show(true));
  // The field keeps the focus, so that the list is still there when the click comes.
  list.addEventListener("mousedown", (event) => event.preventDefault());
}
