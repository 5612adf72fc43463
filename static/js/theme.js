// Puts the chosen theme on <html> before the first paint. Kept in this browser only; no cookie.
try {
  const theme = localStorage.getItem("theme");
  if (theme) document.documentElement.dataset.theme = theme;
} catch {
  // Storage may be closed to us; the system's theme then stands.
}
