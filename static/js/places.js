// input[data-places] names an address that answers `?q=` with towns; its datalist follows what is typed.
const WAIT = 150;
for (const field of document.querySelectorAll("input[data-places]")) {
  let timer;
  const list = document.getElementById(field.getAttribute("list"));
  field.addEventListener("input", () => {
    clearTimeout(timer);
    if (field.value.trim().length < 2) return;
    timer = setTimeout(async () => {
      const answer = await fetch(`${field.dataset.places}?q=${encodeURIComponent(field.value)}`).catch(() => null);
      if (!answer?.ok) return;
      const towns = await answer.json();
      list.replaceChildren(...towns.map((town) => new Option(town.name, town.name)));
    }, WAIT);
  });
}
