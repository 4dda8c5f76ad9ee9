#!/bin/sh
# Whether ingest's storage service runs. Dicoogle takes it down when its index queue breaks, and
# only a restart brings both back.
#
# usage: ingest-alive.sh ARCHIVE
set -eu
archive=$1

answer=$(curl --silent --show-error --fail --max-time 4 "$archive/management/dicom/storage")
case $answer in
  *'"isRunning":true'*) ;;
  *)
    echo "found $answer; the storage service is down"
    exit 1
    ;;
esac
