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
# By name, since Dicoogle would store every object with each storage plugin that it finds.
for plugin in lucene durable-storage; do
  [ -f "$application/Plugins/$plugin.jar" ] || {
    echo "found no $plugin.jar in $application/Plugins; build the image anew, as its README says" >&2
    exit 1
  }
  cp -f "$application/Plugins/$plugin.jar" Plugins/
done
cp -f "$settings/durable-storage.xml" "$settings/luceneset.xml" Plugins/settings/
cp -f "$settings/roles.xml" "$settings/tags.xml" "$settings/log4j2.xml" .
cp -f "$accounts/users.xml" .
# Not to be written to: Dicoogle saves what somebody changes by hand, and can't read that at its next
# start.
rm -f confs/server.xml
sed "s/@NODE_NAME@/$POD_NAME/" "$settings/server.xml" > confs/server.xml
chmod a-w confs/server.xml
