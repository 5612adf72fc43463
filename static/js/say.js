// The one sentence: [data-say="whom"] fields, their preview in [data-out="whom"], examples in [data-eg="field id"].
for (const field of document.querySelectorAll("[data-say]")) {
  const outs = document.querySelectorAll(`[data-out="${field.dataset.say}"]`);
  const draw = () => outs.forEach((out) => (out.textContent = field.value.trim() || "…"));
  field.addEventListener("input", draw);
  for (const example of document.querySelectorAll(`[data-eg="${field.id}"]`)) {
    example.hidden = false;
    example.addEventListener("click", () => {
      field.value = example.textContent.trim();
      draw();
      field.focus();
    });
  }
}
