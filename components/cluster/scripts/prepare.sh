# shellcheck shell=bash
# A machine with containerd, HAProxy and, where there is none yet, kubelet and kubeadm.
distribution() {
  local line=$1
  line=${line//DISTRIBUTION/$(os_release ID)}
  printf '%s' "${line//CODENAME/$(os_release VERSION_CODENAME)}"
}

source_of() { # name, line, address of the key
  set -- "$1" "$(distribution "$2")" "$(distribution "$3")"
  local list=/etc/apt/sources.list.d/imaging-$1.list key=/etc/apt/keyrings/imaging-$1.asc options
  options="signed-by=$key"
  if [ -z "$3" ]; then
    options="trusted=yes"
  elif [ ! -s "$key" ]; then
    install -d /etc/apt/keyrings
    curl --fail --silent --show-error --location --retry 3 --output "$key.new" "$3" ||
      fail "the key of $2 can't be fetched; let the machine reach it, or name a mirror in cluster.sources"
    mv "$key.new" "$key"
  fi
  printf 'deb [%s] %s\n' "$options" "$2" >"$list"
}

install_packages() {
  apt-get update --quiet=2 || fail "apt-get update failed; see above"
  local wanted=(containerd.io haproxy jq openssl)
  if ! command -v kubeadm >/dev/null; then
    wanted+=("kubelet=$VERSION-*" "kubeadm=$VERSION-*" "kubectl=$VERSION-*")
  fi
  apt-get install --quiet=2 --yes --no-install-recommends --allow-change-held-packages \
    --option Dpkg::Options::=--force-confold "${wanted[@]}" >/dev/null ||
    fail "packages can't be installed: ${wanted[*]}; see above"
  apt-mark hold kubelet kubeadm kubectl containerd.io >/dev/null
}

# A service is restarted unless it was with this very file: also after an interruption.
applied() { # service, file
  local stamp=/var/lib/imaging-cluster/$1 now
  now=$(sha256sum "$2")
  [ "$now" = "$(cat "$stamp" 2>/dev/null)" ] && return 0
  systemctl restart "$1"
  install -d "${stamp%/*}"
  printf '%s\n' "$now" >"$stamp"
}

main() {
  alone
  if ! command -v curl >/dev/null; then
    apt-get update --quiet=2 || fail "apt-get update failed; see above"
    apt-get install --quiet=2 --yes curl ca-certificates >/dev/null ||
      fail "curl can't be installed; see above"
  fi
  source_of kubernetes "$KUBERNETES_SOURCE" "$KUBERNETES_KEY"
  source_of containerd "$CONTAINERD_SOURCE" "$CONTAINERD_KEY"
  install_packages
  install -d /etc/kubernetes/patches /etc/containerd/conf.d
  write_files
  local module
  while read -r module; do
    modprobe --quiet "$module" || true
  done </etc/modules-load.d/imaging.conf
  sysctl --quiet --load /etc/sysctl.d/90-imaging.conf
  applied containerd /etc/containerd/config.toml
  haproxy -c -q -f /etc/haproxy/haproxy.cfg || fail "HAProxy refuses its configuration; see above"
  applied haproxy /etc/haproxy/haproxy.cfg
  systemctl --quiet enable --now containerd haproxy
  systemctl --quiet enable kubelet
}
