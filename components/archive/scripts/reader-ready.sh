#!/bin/sh
# Whether a reader serves the sentinel object. Its status alone says too little: Dicoogle answers
# 204, which counts as success, for an object that it can't find.
#
# usage: reader-ready.sh URL
set -eu
url=$1

magic=$(curl --silent --show-error --fail --max-time 4 "$url" | tail -c +129 | head -c 4)
if [ "$magic" != DICM ]; then
  echo "found no DICOM object at $url; this reader sees no images or no index"
  exit 1
fi
