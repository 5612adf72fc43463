# Sourced by bin/services: PostgreSQL of Debian in a cluster of our own.

service_postgresql() {
  local address port data careless=""
  address=$(given postgresql)
  [ -n "$address" ] && { offer postgresql TEST_POSTGRESQL_URL "$address"; return; }
  ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || apt_install postgresql || {
    echo "not installed, and apt can't (it needs root on Debian): set DATABASE_URL"
    return 1
  }
  data=$(data_of postgresql)
  port=$(free_port)
  [ "$(id -u)" != 0 ] || chown postgres "$data"
  as_postgres test -w "$data" || { echo "the user postgres can't reach $data: choose a folder outside of /root"; return 1; }
  # `trust`: 127.0.0.1 only, and nothing of worth in it.
  [ -e "$data/cluster/PG_VERSION" ] ||
    as_postgres "$(pg_bin)/initdb" -D "$data/cluster" -A trust -U linchpin -E UTF8 --locale=C.UTF-8 --no-sync || return 1
  # Left by a run that was killed.
  as_postgres "$(pg_bin)/pg_ctl" -D "$data/cluster" -m fast stop || true
  # What lives in a temporary folder survives no power cut anyway.
  [ -n "${SERVICES_DATA:-}" ] || careless="-c fsync=off -c full_page_writes=off"
  as_postgres "$(pg_bin)/pg_ctl" -D "$data/cluster" -w -l "$data/log" \
    -o "-p $port $careless -c unix_socket_directories= -c listen_addresses=127.0.0.1 -c max_connections=300" start || return 1
  echo "$data/cluster" >"$SERVICES_DIR/postgresql.cluster"
  offer postgresql TEST_POSTGRESQL_URL "postgresql://linchpin@127.0.0.1:$port/postgres"
}

pg_bin() { ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1; }

as_postgres() {
  if [ "$(id -u)" = 0 ]; then (cd / && runuser -u postgres -- setsid "$@"); else setsid "$@"; fi
}

stop_postgresql() {
  [ -e "$SERVICES_DIR/postgresql.cluster" ] || return 0
  local how=immediate
  [ -z "${SERVICES_DATA:-}" ] || how=fast
  as_postgres "$(pg_bin)/pg_ctl" -D "$(cat "$SERVICES_DIR/postgresql.cluster")" -m $how stop >/dev/null 2>&1
  return 0
}
