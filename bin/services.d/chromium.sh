# Sourced by bin/services: Chromium's path. The headless shell is the same engine without a window's compositor: journeys
# take two fifths less of the processor with it.

service_chromium() {
  local found shell=/usr/bin/chromium-headless-shell
  [ -n "${CHROMIUM:-}" ] || [ -x $shell ] || apt_install chromium-headless-shell >&2 || true
  for found in "${CHROMIUM:-}" $shell /usr/bin/chromium /usr/bin/chromium-browser /usr/bin/google-chrome; do
    [ -n "$found" ] && [ -x "$found" ] && { offer chromium CHROMIUM "$found"; return; }
  done
  apt_install chromium && [ -x /usr/bin/chromium ] || {
    echo "not installed, and apt can't (it needs root on Debian): set CHROMIUM"
    return 1
  }
  offer chromium CHROMIUM /usr/bin/chromium
}
