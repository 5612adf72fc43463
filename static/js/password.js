// input[data-strength="#id"]: how hard a new password is to guess, in four steps, by length and variety. The
// server has the last word. #id holds a <progress max="4"> and a <small> with data-words, one word per step by |.
for (const field of document.querySelectorAll("[data-strength]")) {
  const place = document.querySelector(field.dataset.strength);
  const bar = place.querySelector("progress");
  const words = place.querySelector("small");
  const steps = words.dataset.words.split("|");
  field.addEventListener("input", () => {
    const value = field.value;
    const different = new Set(value.toLowerCase()).size;
    const points = (value.length >= 8) + (value.length >= 12) + (different >= 8) + (value.length >= 16);
    const step = value.length < 8 ? Math.min(points, 1) : points;
    bar.value = step;
    words.textContent = value ? steps[Math.max(0, step - 1)] : "";
    place.hidden = !value;
  });
}
