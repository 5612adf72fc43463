# Sourced by bin/services: S3 by moto's server, which keeps everything in memory and takes any key.

service_s3() {
  local address port
  address=$(given s3)
  [ -n "$address" ] && { offer s3 TEST_S3_URL "$address"; return; }
  [ -z "${PACKAGES:-}" ] || until_true 900 "$PACKAGES" test -s .venv/.installed || return 1
  [ -x .venv/bin/moto_server ] || { echo "moto_server is not in .venv (requirements-dev.txt): set S3_URL"; return 1; }
  port=$(free_port)
  run_service s3 .venv/bin/moto_server -H 127.0.0.1 -p "$port"
  until_true 60 "$(cat "$SERVICES_DIR/s3.pid")" curl -fs -o /dev/null "http://127.0.0.1:$port/moto-api/" || return 1
  offer s3 TEST_S3_URL "http://key:secret@127.0.0.1:$port/linchpin"
}
