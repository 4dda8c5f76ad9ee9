#!/bin/sh
# Reconciles files and index after every start of Dicoogle in this pod. The sentinel comes first:
# ingest is ready once it is served, while a pass over all images may take hours.
#
# usage: watch-starts.sh STARTED RECONCILE SENTINEL
#   STARTED    the file in which each start leaves another word
#   RECONCILE  the script to run then
#   SENTINEL   the sentinel's file
# environment: ARCHIVE, PAUSE and what RECONCILE needs
set -eu
started=$1
reconcile=$2
sentinel=$3
trap 'exit 0' TERM INT

reconciled=
while :; do
  current=$(cat "$started" 2> /dev/null || :)
  if [ "$current" != "$reconciled" ] &&
    curl --silent --fail --max-time 4 "$ARCHIVE/ext/version" > /dev/null; then
    curl --silent --fail --max-time 60 --request POST --output /dev/null \
      "$ARCHIVE/management/tasks/index?uri=file://$sentinel" ||
      echo "can't index $sentinel; the pass over all images will" >&2
    status=0
    sh "$reconcile" || status=$?
    # What stays missing now stays so until the next start; what couldn't be tried is tried again.
    [ "$status" -eq 2 ] || reconciled=$current
  fi
  sleep "${PAUSE:-10}" &
  wait $!
done
