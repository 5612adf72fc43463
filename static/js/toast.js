// Short messages in #live. Any script says one with:
//   document.dispatchEvent(new CustomEvent("toast", { detail: "Saved" }))
// The server's own are .toast elements in the page; they leave after a while unless they hold the pointer or focus.
const live = document.getElementById("live");
const LEAVES_AFTER = 5000;
const later = (toast) =>
  setTimeout(() => (toast.matches(":hover, :focus-within") ? later(toast) : toast.remove()), LEAVES_AFTER);

document.addEventListener("toast", ({ detail }) => {
  live.querySelector(".toast")?.remove();
  const toast = document.createElement("div");
  toast.className = "toast";
  toast.textContent = detail;
  live.append(toast);
  later(toast);
});
live?.querySelectorAll(".toast").forEach(later);
