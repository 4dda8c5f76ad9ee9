#!/bin/sh
# Builds and tests the plugin: faults at every step, kills, the archive itself; about two minutes.
# Where JDK or Maven is missing, root gets Debian's; anybody else is told that nothing was tested.
#
# usage: verify.sh [OPTION OF MAVEN...]
set -eu
folder=$(cd "$(dirname "$0")" && pwd)

lacking() {
  for tool in javac mvn; do
    command -v "$tool" > /dev/null || printf ' %s' "$tool"
  done
}

skip() {
  echo "SKIPPED: the plugin's tests, for want of$(lacking): $1"
  exit 0
}

install() {
  apt-get update --quiet &&
    DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet --no-install-recommends \
      --option DPkg::Lock::Timeout=120 default-jdk-headless maven
}

if [ -n "$(lacking)" ]; then
  command -v apt-get > /dev/null || skip 'install a JDK, 11 or later, and Maven'
  [ "$(id -u)" -eq 0 ] || skip "only root can install Debian's default-jdk-headless and maven"
  said=$(install 2>&1) || skip "apt-get failed: $(echo "$said" | tail -n 1)"
fi
exec mvn --quiet --batch-mode --file "$folder/pom.xml" "$@" verify
