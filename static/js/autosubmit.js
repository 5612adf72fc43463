// form[data-autosubmit], or one control with it: sends the form when a choice changes. The plain button, marked
// [data-plain], is then not needed. Typed fields wait for Enter or for leaving the field.
document.addEventListener("change", (event) => {
  const one = event.target.closest("select[data-autosubmit], input[data-autosubmit]");
  const form = one?.form ?? event.target.closest("form[data-autosubmit]");
  if (form && event.target.checkValidity()) form.requestSubmit();
});
for (const form of document.querySelectorAll("form:is([data-autosubmit], :has([data-autosubmit]))")) {
  form.querySelector("[data-plain]")?.setAttribute("hidden", "");
}
