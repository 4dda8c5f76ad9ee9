#!/bin/sh
# Holds the files of a repository against its index: counts both, indexes what is missing, reports.
# What lies there without having come in through Dicoogle, and what an index lost, nothing else finds.
#
# environment:
#   ARCHIVE      ingest's web address
#   IMAGES       the folder of images, the same here as for ingest
#   INSTITUTION  whose it is
#   PUSHGATEWAY  where the figures go
#   SETTLED      minutes: files younger than this may still be in the queue
#   PAUSE        seconds between two looks at a task; 10 unless told
# exit status: 0 the index is complete, 1 something stays missing, 2 the pass could not be made
set -eu
trap 'exit 2' TERM INT

give_up() {
  echo "$1" >&2
  exit 2
}

get() {
  curl --silent --show-error --fail "$ARCHIVE$1"
}

# One byte a file, and a line's end after the last: without it the walk broke off, and a part must
# not be taken for all. What lies in .store is the storage plugin's own: its journal, objects that
# are being written, objects that are kept aside.
count_files() {
  { find "$IMAGES" -path "$IMAGES/.store" -prune -o -type f "$@" -printf . && echo; } | wc -lc | {
    read -r whole bytes
    [ "$whole" -eq 1 ] || give_up "can't walk all of $IMAGES"
    echo $((bytes - 1))
  }
}

count_indexed() {
  answer=$(get '/search?query=*%3A*&provider=lucene&field=SOPInstanceUID&psize=0') ||
    give_up "can't ask $ARCHIVE how many objects it has indexed"
  found=$(echo "$answer" | sed -n 's/.*"numResults":\([0-9][0-9]*\).*/\1/p')
  [ -n "$found" ] || give_up "found no numResults in what $ARCHIVE answered"
  echo "$found"
}

index_task_runs() {
  tasks=$(get /index/task) || give_up "can't ask $ARCHIVE for its tasks"
  echo "$tasks" | tr '{' '\n' | grep -F "index file://$IMAGES/\"" |
    grep -v '"canceled":true' | grep -qv '"complete":true'
}

index_all() {
  task="$ARCHIVE/management/tasks/index?uri=file://$IMAGES/"
  answer=$(curl --silent --show-error --fail --request POST "$task") ||
    give_up "$ARCHIVE refused to index $IMAGES"
  case $answer in
    *'"tasks":[]'*) give_up "$ARCHIVE has no index plugin" ;;
  esac
  while index_task_runs; do
    sleep "${PAUSE:-10}"
  done
}

report() {
  curl --silent --show-error --fail --max-time 10 --request PUT --data-binary @- \
    "$PUSHGATEWAY/metrics/job/archive-reconciliation/institution/$INSTITUTION" <<METRICS ||
# TYPE imaging_archive_files gauge
imaging_archive_files $1
# TYPE imaging_archive_empty_files gauge
imaging_archive_empty_files $2
# TYPE imaging_archive_indexed gauge
imaging_archive_indexed $3
# TYPE imaging_archive_reconciled_timestamp_seconds gauge
imaging_archive_reconciled_timestamp_seconds $(date +%s)
METRICS
    echo "can't reach $PUSHGATEWAY; nobody sees these figures" >&2
}

if [ "$SETTLED" -gt 0 ]; then
  expected=$(count_files -size +0c -mmin "+$SETTLED")
else
  expected=$(count_files -size +0c)
fi
indexed=$(count_indexed)
if [ "$indexed" -lt "$expected" ]; then
  echo "$((expected - indexed)) of $expected files are not in the index; indexing"
  index_all
  indexed=$(count_indexed)
fi
files=$(count_files -size +0c)
empty=$(count_files -size 0)
report "$files" "$empty" "$indexed"
echo "$files files, $empty more are empty, $indexed indexed"
if [ "$indexed" -lt "$expected" ]; then
  echo "$((expected - indexed)) files can't be indexed; restart ingest, which then tries again" >&2
  exit 1
fi
