#!/bin/sh
# Lays out Dicoogle's working directory, which is the current one: plugins, settings, accounts.
#
# usage: POD_NAME=ingest-0 prepare.sh APPLICATION SETTINGS ACCOUNTS
set -eu
application=$1
settings=$2
accounts=$3

# The name is also an AE title: at most 16 characters; without one any called title is accepted.
case ${POD_NAME:-} in
  '' | *[!a-z0-9-]* | ?????????????????*)
    echo "found POD_NAME '${POD_NAME:-}'; allowed are 1 to 16 of a-z, 0-9 and -" >&2
    exit 1
    ;;
esac

mkdir -p confs Plugins/settings
cp -f "$application"/Plugins/*.jar Plugins/
cp -f "$settings/file-storage.xml" "$settings/luceneset.xml" Plugins/settings/
cp -f "$settings/roles.xml" "$settings/tags.xml" "$settings/log4j2.xml" .
cp -f "$accounts/users.xml" .
sed "s/@NODE_NAME@/$POD_NAME/" "$settings/server.xml" > confs/server.xml
