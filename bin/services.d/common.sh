# Sourced by bin/services: what every service needs.

# Inside service_NAME: `offer NAME VARIABLE VALUE` says where the service is.
offer() { printf 'export %s=%q\n' "$2" "$3" >"$SERVICES_DIR/$1.env"; }

# Where a service keeps its data.
data_of() { local folder=${SERVICES_DATA:-$SERVICES_DIR}/$1; mkdir -p "$folder" && (cd "$folder" && pwd); }

log_of() { echo "${SERVICES_DATA:-$SERVICES_DIR}/$1.log"; }

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# `run_service NAME COMMAND…`: in a session of its own, to be ended by `services_down`.
run_service() {
  setsid "${@:2}" >>"$(log_of "$1")" 2>&1 </dev/null &
  echo $! >"$SERVICES_DIR/$1.pid"
  disown # bash would tell of its end
}

stop_service() {
  [ ! -e "$SERVICES_DIR/$1.pid" ] || end_group "$(cat "$SERVICES_DIR/$1.pid")"
  rm -f "$SERVICES_DIR/$1.pid"
}

# `until_true SECONDS PID COMMAND…`: waits as long as the process lives.
until_true() {
  local end=$((SECONDS + $1))
  while ! "${@:3}" >/dev/null 2>&1; do
    kill -0 "$2" 2>/dev/null || { echo "it ended while starting"; return 1; }
    [ $SECONDS -lt $end ] || { echo "no answer within $1 s"; return 1; }
    sleep 0.1
  done
}

end_group() { # ask, then insist
  local tries=0
  kill -TERM -- "-$1" 2>/dev/null || return 0
  while kill -0 -- "-$1" 2>/dev/null; do
    tries=$((tries + 1))
    [ $tries -lt 150 ] || { kill -KILL -- "-$1" 2>/dev/null; return 0; }
    sleep 0.1
  done
}

as_root_on_debian() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }

# One at a time: dpkg refuses company.
apt_install() {
  as_root_on_debian || return 1
  (
    flock 9
    echo "Installing $* with apt (once)…" >&2
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"
  ) 9>"${SERVICES_DIR:-/tmp}/apt.lock"
}

# The variable that gives each service's address, empty where it is not given.
given() {
  case $1 in
    postgresql) case ${DATABASE_URL:-} in postgres*) echo "$DATABASE_URL" ;; esac ;;
    redis) echo "${REDIS_URL:-}" ;;
    elasticsearch) echo "${ELASTICSEARCH_URL:-}" ;;
    s3) echo "${S3_URL:-}" ;;
  esac
}

# With data to keep the containers stay, under one name; else each run has its own.
compose() {
  local project=linchpin-run
  [ -n "${SERVICES_DATA:-}" ] || project="linchpin-test-$$"
  docker compose -p "$project" -f tests/services/compose.yaml "$@"
}

# Those of the named services that have an official image and no address, by Docker. Without an engine nothing happens.
compose_up() {
  local name wanted=()
  for name in "$@"; do
    case $name in postgresql | redis | elasticsearch) [ -n "$(given "$name")" ] || wanted+=("$name") ;; esac
  done
  [ ${#wanted[@]} -gt 0 ] && docker info >/dev/null 2>&1 || return 0
  COMPOSE_STARTED=1
  for name in "${wanted[@]}"; do
    compose up --wait --detach "$name" >"$SERVICES_DIR/$name.log" 2>&1 || continue
    case $name in
      postgresql) offer postgresql TEST_POSTGRESQL_URL "postgresql://linchpin:linchpin@$(compose port postgresql 5432)/postgres" ;;
      redis) offer redis TEST_REDIS_URL "redis://$(compose port redis 6379)" ;;
      elasticsearch) offer elasticsearch TEST_ELASTICSEARCH_URL "http://$(compose port elasticsearch 9200)" ;;
    esac
  done
}

compose_down() {
  [ -n "${COMPOSE_STARTED:-}" ] || return 0
  if [ -n "${SERVICES_DATA:-}" ]; then compose stop; else compose down --volumes; fi >/dev/null 2>&1
  unset COMPOSE_STARTED
}
