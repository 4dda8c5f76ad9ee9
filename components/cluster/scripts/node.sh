# shellcheck shell=bash
# What the first control plane does for a node, before and after its machine changes.
# An API server that doesn't answer says nothing of a node: that stops everything.
has_node() {
  local found
  found=$(kubectl get node "$NODE" --ignore-not-found --output name) ||
    fail "the API server doesn't answer, so nothing is known of $NODE; mend that first, then run this again"
  [ -n "$found" ]
}
condition() { kubectl get node "$NODE" --output "jsonpath={.status.conditions[?(@.type=='Ready')].status}"; }

# Ceph must be able to spare the machine. Without Ceph there is nothing to ask.
spared_by_ceph() {
  local known health
  known=$(kubectl get crd cephclusters.ceph.rook.io --ignore-not-found --output name) ||
    fail "the API server doesn't answer, so nothing is known of Ceph; mend that first, then run this again"
  [ -n "$known" ] || return 0
  health=$(kubectl get cephclusters.ceph.rook.io --all-namespaces --output 'jsonpath={.items[*].status.ceph.health}') ||
    fail "nobody can tell how Ceph is; mend that first, then run this again"
  case "$health" in
    HEALTH_OK | "") ;;
    *) fail "Ceph says $health, so $NODE can't be spared; mend that first (docs/runbooks/ceph-health.md), then run this again" ;;
  esac
}

without_disks_of_ceph() {
  local disks
  disks=$(kubectl get deployments --all-namespaces --selector "app=rook-ceph-osd,topology-location-host=$NODE" --output name) ||
    fail "nobody can tell which of Ceph's disks are on $NODE; mend that first, then run this again"
  [ -z "$disks" ] ||
    fail "some of Ceph's disks are still on $NODE; move their data away first (docs/machines.md, Remove a worker), then run this again"
}

drain() {
  kubectl cordon "$NODE" >/dev/null
  [ "$(condition)" = True ] || return 0
  kubectl drain "$NODE" --ignore-daemonsets --delete-emptydir-data --timeout 600s >/dev/null ||
    fail "$NODE can't be drained within ten minutes; see above for the pod that stays"
}

# One minor version at a time, never back: kubeadm and the kubelets can't do otherwise.
one_step() {
  local now from to
  now=$(kubectl get node "$NODE" --output 'jsonpath={.status.nodeInfo.kubeletVersion}')
  now=${now#v}
  [ "$now" = "$VERSION" ] && return 1
  from=$(printf '%s' "$now" | cut -d. -f2)
  to=$(printf '%s' "$VERSION" | cut -d. -f2)
  [ "$to" -ge "$from" ] || fail "$NODE runs $now; Kubernetes can't go back to $VERSION"
  [ "$to" -le $((from + 1)) ] || fail "$NODE runs $now; $VERSION skips a minor version: go to 1.$((from + 1)) first"
}

# A kubelet's certificate, only for a known machine's own name and address.
approve_serving_certificates() {
  local request user names
  kubectl get csr --output json | jq --raw-output '.items[]
    | select(.spec.signerName == "kubernetes.io/kubelet-serving" and (.status.conditions // []) == [])
    | [.metadata.name, .spec.username, .spec.request] | @tsv' |
    while IFS=$'\t' read -r name user request; do
      [ "$user" = "system:node:$NODE" ] || continue
      names=$(printf '%s' "$request" | base64 --decode | openssl req -noout -text | grep --after-context=1 'Subject Alternative Name' | tail -1 | tr --delete ' ')
      [ "$names" = "DNS:$NODE,IPAddress:$ADDRESS" ] || continue
      kubectl certificate approve "$name" >/dev/null
    done
}

admit() {
  local waited=0
  until kubectl get node "$NODE" >/dev/null 2>&1; do
    waited=$((waited + 1))
    [ "$waited" -le 120 ] || fail "$NODE didn't register within two minutes; look at its kubelet: journalctl -u kubelet"
    sleep 1
  done
  kubectl label node "$NODE" --overwrite "${LABELS[@]}" >/dev/null
  kubectl uncordon "$NODE" >/dev/null
  for waited in {1..60}; do
    approve_serving_certificates
    if serves_verified; then return 0; fi
    sleep 1
  done
  fail "the kubelet of $NODE has no certificate of the cluster after a minute; look at: kubectl get csr"
}

serves_verified() {
  curl --silent --output /dev/null --max-time 5 --cacert /etc/kubernetes/pki/ca.crt "https://$ADDRESS:10250/healthz"
}

main() {
  [ -n "$NODE" ] || fail "no node is named"
  [ -f "$KUBECONFIG" ] || return 0 # there is no cluster yet, or no more
  case "$1" in
    clear)
      has_node || return 0
      one_step || return 0
      spared_by_ceph
      drain
      ;;
    admit) admit ;;
    release)
      has_node || return 0
      without_disks_of_ceph
      spared_by_ceph
      drain
      ;;
    forget)
      has_node || return 0
      kubectl delete node "$NODE" --wait=false >/dev/null
      ;;
  esac
}
