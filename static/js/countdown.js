// [data-until="UTC instant"]: minutes and seconds left, with the <progress> beside it in seconds. The server says
// the end once; at zero the element's data-over address, if any, is opened.
const pad = (n) => String(n).padStart(2, "0");
for (const clock of document.querySelectorAll("[data-until]")) {
  const end = Date.parse(clock.dataset.until);
  const bar = clock.parentElement.querySelector("progress");
  const draw = () => {
    const left = Math.max(0, Math.round((end - Date.now()) / 1000));
    clock.textContent = `${Math.floor(left / 60)}:${pad(left % 60)}`;
    if (bar) bar.value = left;
    if (left > 0) return;
    clearInterval(timer);
    if (clock.dataset.over) location.assign(clock.dataset.over);
  };
  const timer = setInterval(draw, 1000);
  draw();
}
