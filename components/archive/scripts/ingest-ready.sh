#!/bin/sh
# Whether ingest may receive objects: its volumes have room, and the storage plugin says that it
# stores, indexes and serves.
#
# usage: ingest-ready.sh HEALTH MOST VOLUME...
#   HEALTH: where the storage plugin says whether it is ready
#   MOST: percentage up to which a volume may be full
set -eu
health=$1
most=$2
shift 2

refuse() {
  echo "not ready: $1"
  exit 1
}

# In percent, rounded up. CephFS shows a claim's quota as its size.
fill() {
  df -P -k "$1" | {
    read -r _heading
    read -r _filesystem _size used available _rest
    total=$((used + available))
    echo $(((used * 100 + total - 1) / total))
  }
}

for volume in "$@"; do
  full=$(fill "$volume") || refuse "can't tell how full $volume is"
  [ "${full:-100}" -le "$most" ] || refuse "$volume is $full % full; at most $most % is allowed"
done
said=$(curl --silent --show-error --fail-with-body --max-time 8 "$health" 2>&1) || refuse "$said"
