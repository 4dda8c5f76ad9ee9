# shellcheck shell=bash
# A machine's membership: it founds the cluster or joins it, follows its version, and leaves it.
kubeadm_version() { kubeadm version --output short | sed 's/^v//'; }
kubelet_version() { kubelet --version | sed 's/.* v//'; }

packages() { # the exact version of kubelet, kubeadm and kubectl, held
  [ "$(kubeadm_version)" = "$VERSION" ] && [ "$(kubelet_version)" = "$VERSION" ] && return 0
  apt-get update --quiet=2
  apt-get install --quiet=2 --yes --allow-change-held-packages "$@" >/dev/null ||
    fail "Kubernetes $VERSION can't be installed; see above"
  apt-mark hold kubelet kubeadm kubectl >/dev/null
}

# Kubeadm can't go on where it stopped: what an interrupted try left is undone first.
begin() {
  if [ -f "$BEGUN" ]; then
    echo "$MACHINE: an earlier try was interrupted; it begins anew" >&2
    kubeadm reset --force >/dev/null 2>&1 || fail "what an interrupted try left can't be undone; run kubeadm reset"
  fi
  touch "$BEGUN"
}

finished() {
  printf '%s\n' "$CLUSTER" >"$STATE"
  rm -f "$BEGUN" /run/imaging-join.yaml
}

keys() { # of the encryption at rest; the cluster's first machine makes them
  local file=/etc/kubernetes/imaging/encryption.yaml
  install -d --mode=0700 /etc/kubernetes/imaging
  if [ -n "$ENCRYPTION" ]; then
    printf '%s\n' "$ENCRYPTION" | base64 --decode >"$file.new"
    chmod 0600 "$file.new"
    mv "$file.new" "$file"
    return
  fi
  [ -s "$file" ] && return 0
  {
    printf 'apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources:\n'
    printf '  - resources: [secrets]\n    providers:\n      - secretbox:\n          keys:\n            - name: first\n'
    printf '              secret: %s\n      - identity: {}\n' "$(head --bytes=32 /dev/urandom | base64)"
  } >"$file.new"
  chmod 0600 "$file.new"
  mv "$file.new" "$file"
}

found() {
  if curl --silent --insecure --fail --max-time 5 --output /dev/null https://127.0.0.1:7443/readyz; then
    fail "a control plane answers already, and this machine would found a second cluster; put one of the members first in the stack file"
  fi
  begin
  keys
  write_files
  run kubeadm init --config /etc/kubernetes/imaging/kubeadm.yaml
}

join() {
  begin
  if [ "$CONTROL_PLANE" = yes ]; then keys; fi
  write_files
  printf '%s' "$JOIN" | (umask 077 && cat >/run/imaging-join.yaml)
  sed --in-place --expression "s|CA_HASH|$CA_HASH|" /run/imaging-join.yaml
  # Not by sed's arguments: every user sees those.
  local text
  text=$(</run/imaging-join.yaml)
  text=${text/TOKEN/"$TOKEN"}
  printf '%s\n' "${text/CERTIFICATE_KEY/"$CERTIFICATE_KEY"}" >/run/imaging-join.yaml
  run kubeadm join --config /run/imaging-join.yaml
}

run() { # kubeadm, whose long story is shown only where it failed
  local said
  if ! said=$("$@" 2>&1); then
    rm -f /run/imaging-join.yaml
    printf '%s\n' "$said" | sed --expression 's/[a-z0-9]\{6\}\.[a-z0-9]\{16\}/(token)/g' | tail -25 >&2
    case "$said" in
      *"could not find a JWS signature"* | *"token-id"* | *Unauthorized*)
        fail "its invitation is older than two hours; make a new one: pulumi up --replace '**invite-$MACHINE'" ;;
    esac
    fail "$1 $2 failed, see above; the next update begins anew"
  fi
}

upgrade() {
  local now
  now=$(kubelet_version)
  [ "$now" = "$VERSION" ] && return 0
  echo "$MACHINE: from Kubernetes $now to $VERSION" >&2
  packages "kubeadm=$VERSION-*" "kubectl=$VERSION-*"
  if [ "$FOUNDER" = yes ]; then
    run kubeadm upgrade apply "v$VERSION" --yes ${TOLERATED:+--ignore-preflight-errors="${TOLERATED// /,}"}
  else
    run kubeadm upgrade node ${TOLERATED:+--ignore-preflight-errors="${TOLERATED// /,}"}
  fi
  packages "kubelet=$VERSION-*"
  systemctl daemon-reload
  systemctl restart kubelet
}

main() {
  alone
  case "$1" in
    stay)
      if is_member; then
        upgrade
        return
      fi
      packages "kubelet=$VERSION-*" "kubeadm=$VERSION-*" "kubectl=$VERSION-*"
      systemctl --quiet enable kubelet
      if [ "$FOUNDER" = yes ]; then found; else join; fi
      finished
      ;;
    leave)
      run kubeadm reset --force
      rm -rf "$STATE" /etc/kubernetes/imaging
      ;;
  esac
}
