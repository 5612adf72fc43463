# Sourced by bin/services: a real Elasticsearch node by bin/elasticsearch.

service_elasticsearch() {
  local address port pid
  address=$(given elasticsearch)
  [ -n "$address" ] && { offer elasticsearch TEST_ELASTICSEARCH_URL "${address%/}"; return; }
  port=$(free_port)
  bin/elasticsearch --prepare-only || return 1 # may fetch it; says itself what is in the way
  run_service elasticsearch bin/elasticsearch --data "$(data_of elasticsearch)" --port "$port" \
    --transport-port "$(free_port)" --heap "${ES_HEAP:-512m}"
  pid=$(cat "$SERVICES_DIR/elasticsearch.pid")
  bin/elasticsearch --wait "$port" 180 "$pid" || return 1
  offer elasticsearch TEST_ELASTICSEARCH_URL "http://127.0.0.1:$port"
}
