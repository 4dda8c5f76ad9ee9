#!/bin/sh
# Puts the sentinel object into the repository unless it is there. A reader of the repository sees
# the whole object or none, also if this is killed half-way.
#
# usage: place-sentinel.sh OBJECT FILE
set -eu
object=$1
file=$2

mkdir -p "$(dirname "$file")"
rm -f "$file.partial"
if [ ! -s "$file" ]; then
  cp "$object" "$file.partial"
  mv -f "$file.partial" "$file"
fi
