#!/bin/sh
# Waits until ingest has made the index: a Dicoogle that starts without one finds nothing for ever.
#
# usage: wait-for-index.sh INDEX
set -eu
index=$1

until ls "$index"/indexed/segments_* > /dev/null 2>&1; do
  echo "waiting for an index in $index"
  sleep "${PAUSE:-2}"
done
