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
  warm_elasticsearch "http://127.0.0.1:$port"
  offer elasticsearch TEST_ELASTICSEARCH_URL "http://127.0.0.1:$port"
}

# The first query of a young node takes longer than a page would wait for it.
warm_elasticsearch() {
  local json='Content-Type: application/json' ask='{"query": {"multi_match": {"query": "warm", "fuzziness": 1}},
    "aggs": {"kinds": {"terms": {"field": "kind.keyword"}}}, "highlight": {"fields": {"text": {}}}}'
  curl -fs -m 30 -o /dev/null -H "$json" -X PUT "$1/warming/_doc/1?refresh=true" -d '{"text": "a warm word", "kind": "a"}'
  for _ in 1 2 3 4 5; do curl -fs -m 30 -o /dev/null -H "$json" "$1/warming/_search" -d "$ask"; done
  curl -fs -m 30 -o /dev/null -X DELETE "$1/warming"
}
