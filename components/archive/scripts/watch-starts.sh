#!/bin/sh
# Reconciles files and index after every start of Dicoogle in this pod.
#
# usage: watch-starts.sh STARTED RECONCILE
#   STARTED    the file in which each start leaves another word
#   RECONCILE  the script to run then
# environment: ARCHIVE, PAUSE and what RECONCILE needs
set -eu
started=$1
reconcile=$2
trap 'exit 0' TERM INT

reconciled=
while :; do
  current=$(cat "$started" 2> /dev/null || :)
  if [ "$current" != "$reconciled" ] &&
    curl --silent --fail --max-time 4 "$ARCHIVE/ext/version" > /dev/null; then
    status=0
    sh "$reconcile" || status=$?
    # What stays missing now stays so until the next start; what couldn't be tried is tried again.
    [ "$status" -eq 2 ] || reconciled=$current
  fi
  sleep "${PAUSE:-10}" &
  wait $!
done
