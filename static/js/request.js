// Requests made by htmx carry the page's token; a failed one is said instead of passing in silence.
document.addEventListener("htmx:config:request", ({ detail }) => {
  const token = document.querySelector('meta[name="csrf-token"]')?.content;
  if (token) detail.ctx.request.headers["X-CSRFToken"] = token;
});
document.addEventListener("htmx:error", () => {
  const detail = document.getElementById("live")?.dataset.failed;
  if (detail) document.dispatchEvent(new CustomEvent("toast", { detail }));
});
// A form is sent once: its button says it is busy until the page changes. form[data-again] may be sent again, as
// for a download.
document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (event.defaultPrevented || !button || event.target.method !== "post") return;
  if (event.target.hasAttribute("data-again")) return;
  if (button.getAttribute("aria-busy") === "true") event.preventDefault();
  else button.setAttribute("aria-busy", "true");
});
addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("button[aria-busy=true]")) button.removeAttribute("aria-busy");
});
