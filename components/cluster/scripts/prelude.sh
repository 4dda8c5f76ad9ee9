# shellcheck shell=bash disable=SC2034
# What every step shares. The script that uses it is read whole before any of it runs, so a
# connection that breaks half-way runs nothing; and it never reads standard input again.
set -euo pipefail
umask 022
export DEBIAN_FRONTEND=noninteractive KUBECONFIG=/etc/kubernetes/admin.conf
STATE=/etc/kubernetes/imaging-member
BEGUN=/etc/kubernetes/imaging-begun

fail() {
  printf '%s: %s\n' "$MACHINE" "$1" >&2
  exit 1
}

os_release() { # what /etc/os-release says of a key
  sed --quiet "s/^$1=\"\{0,1\}\([^\"]*\)\"\{0,1\}$/\1/p" /etc/os-release
}

# A step whose connection broke may still run: the next waits for it.
alone() {
  exec 9>/run/imaging-cluster.lock
  flock --wait 900 9 || fail "another step has run for 15 minutes; look at it with: fuser -v /run/imaging-cluster.lock"
}

# A file that is there already, with these contents, stays untouched.
put() { # path mode, contents on stdin
  local new
  new=$(mktemp)
  cat >"$new"
  if ! cmp --silent "$new" "$1"; then
    install -D --mode="$2" "$new" "$1"
  fi
  rm -f "$new"
}

is_member() { [ -f "$STATE" ]; }
