# Sourced by bin/services: Chromium's path.

service_chromium() {
  local found
  for found in "${CHROMIUM:-}" /usr/bin/chromium /usr/bin/chromium-browser /usr/bin/google-chrome; do
    [ -n "$found" ] && [ -x "$found" ] && { offer chromium CHROMIUM "$found"; return; }
  done
  apt_install chromium && [ -x /usr/bin/chromium ] || {
    echo "not installed, and apt can't (it needs root on Debian): set CHROMIUM"
    return 1
  }
  offer chromium CHROMIUM /usr/bin/chromium
}
