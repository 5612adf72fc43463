# Sourced by bin/services: the nginx binary. Whoever needs a server writes its configuration with deploy/nginx.py.

service_nginx() {
  local found
  for found in "${NGINX:-}" "$(command -v nginx || true)" /usr/sbin/nginx; do
    [ -n "$found" ] && [ -x "$found" ] && { offer nginx NGINX "$found"; return; }
  done
  # Not to be started by its package: the port 80 is not ours.
  apt_install nginx-light || { echo "not installed, and apt can't (it needs root on Debian): set NGINX"; return 1; }
  offer nginx NGINX /usr/sbin/nginx
}
