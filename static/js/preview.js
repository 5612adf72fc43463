// A preview made by the server: whatever is typed in form[data-preview] is posted to that address, and the answer's #pv
// takes the place of this page's. Without this script a button of the form asks for the whole page.
const form = document.querySelector("form[data-preview]");
const WAIT = 350;
let timer;

async function preview() {
  const answer = await fetch(form.dataset.preview, {
    method: "POST",
    body: new FormData(form),
    headers: { "X-Requested-With": "fetch" },
  }).catch(() => null);
  if (!answer?.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById("pv");
  if (fresh) document.getElementById("pv").replaceWith(document.adoptNode(fresh));
}

form?.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(preview, WAIT);
});
