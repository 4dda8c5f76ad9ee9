#!/bin/sh
# Whether ingest may receive objects: it stores, it indexes, and its volumes have room. Dicoogle
# itself answers Success to a C-STORE that none of these could keep.
#
# usage: ingest-ready.sh ARCHIVE MOST VOLUME...
#   MOST: percentage up to which a volume may be full
set -eu
archive=$1
most=$2
shift 2

refuse() {
  echo "not ready: $1"
  exit 1
}

get() {
  curl --silent --show-error --fail --max-time 3 "$archive$1"
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
get '/search?query=SOPInstanceUID:0&provider=lucene&psize=0' > /dev/null ||
  refuse 'the query plugin lucene is dead'
get '/providers?type=index' | grep -q '"lucene"' || refuse 'the index plugin lucene is dead'
get '/providers?type=storage' | grep -q '"file-storage"' ||
  refuse 'the storage plugin file-storage is dead'
