#!/bin/sh
# Fetches Dicoogle and its lucene plugin, holds each against its checksum and lays them out.
#
# usage: assemble.sh FOLDER
# environment: DICOOGLE and LUCENE, each with _URL and _SHA256
set -eu
folder=$1

fetch() {
  [ -n "$2" ] && [ -n "$3" ] || {
    echo "$1: give its URL and SHA-256 as build arguments; README.md says which" >&2
    exit 1
  }
  curl --fail --silent --show-error --location --output "$4" "$2"
  echo "$3  $4" | sha256sum --check --quiet || {
    echo "$1: what came from $2 isn't what the checksum promises" >&2
    exit 1
  }
}

mkdir -p "$folder/Plugins"
fetch Dicoogle "${DICOOGLE_URL:-}" "${DICOOGLE_SHA256:-}" "$folder/dicoogle.jar"
fetch lucene "${LUCENE_URL:-}" "${LUCENE_SHA256:-}" "$folder/Plugins/lucene.jar"
chmod -R a+rX "$folder"
