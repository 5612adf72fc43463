// Fills a test card in place; without this the same button asks the server to do it.
const form = document.getElementById("payform");
form?.addEventListener("click", (press) => {
  const button = press.target.closest("[data-fill]");
  if (!button) return;
  press.preventDefault();
  form.elements.card.value = button.dataset.fill;
  form.elements.expiry.value = `12 / ${String((new Date().getFullYear() + 4) % 100).padStart(2, "0")}`;
  form.elements.cvc.value = "123";
  for (const one of form.querySelectorAll("[data-fill]")) one.setAttribute("aria-pressed", String(one === button));
  document.getElementById("live").textContent = document.getElementById("filled").dataset.said;
});
// One press, one payment: a second press while the first is on its way does nothing.
form?.addEventListener("submit", (send) => {
  if (form.dataset.sent) send.preventDefault();
  form.dataset.sent = "yes";
});
addEventListener("pageshow", () => { if (form) delete form.dataset.sent; });
