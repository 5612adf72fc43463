# Sourced by bin/services: a Redis of our own, in memory unless data is to be kept.

service_redis() {
  local address port keep=()
  address=$(given redis)
  [ -n "$address" ] && { offer redis TEST_REDIS_URL "${address%/[0-9]*}"; return; }
  command -v redis-server >/dev/null || apt_install redis-server || {
    echo "not installed, and apt can't (it needs root on Debian): set REDIS_URL"
    return 1
  }
  port=$(free_port)
  [ -z "${SERVICES_DATA:-}" ] || keep=(--appendonly yes)
  run_service redis redis-server --bind 127.0.0.1 --port "$port" --save "" "${keep[@]}" --dir "$(data_of redis)"
  until_true 15 "$(cat "$SERVICES_DIR/redis.pid")" redis-cli -p "$port" ping || return 1
  offer redis TEST_REDIS_URL "redis://127.0.0.1:$port"
}
