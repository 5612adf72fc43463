// [data-open="#id"] opens a dialog, [data-close] closes the one around it, a click on the backdrop closes too.
// Without a script the trigger is a link to a page that does the same.
document.addEventListener("click", (event) => {
  const trigger = event.target.closest("[data-open]");
  const dialog = trigger && document.querySelector(trigger.dataset.open);
  if (dialog) {
    event.preventDefault();
    dialog.showModal();
  } else if (event.target.closest("[data-close]")) {
    event.target.closest("dialog")?.close();
  } else if (event.target.matches("dialog[open]")) {
    event.target.close();
  }
});
for (const dialog of document.querySelectorAll("dialog[data-shown]")) dialog.showModal();
