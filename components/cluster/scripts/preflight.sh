# shellcheck shell=bash
# Whether a machine can become a node. It changes nothing, and says all that is wrong at once.
findings=0
finding() {
  case " $TOLERATED " in *" $1 "*) return 0 ;; esac
  printf '%s: %s (%s)\n' "$MACHINE" "$2" "$1" >&2
  findings=$((findings + 1))
}

check_system() {
  local id version kernel
  id=$(os_release ID)
  version=$(os_release VERSION_ID)
  case "$id-$version" in
    debian-12 | debian-13 | ubuntu-22.04 | ubuntu-24.04) ;;
    *) finding system "found $id $version; allowed are Debian 12 and 13, Ubuntu 22.04 and 24.04" ;;
  esac
  kernel=$(uname -r)
  if ! printf '5.10\n%s\n' "$kernel" | sort --version-sort --check=quiet; then
    finding kernel "found kernel $kernel; Cilium needs 5.10 or later: install the distribution's current one"
  fi
  [ "$(stat -fc %T /sys/fs/cgroup)" = cgroup2fs ] ||
    finding cgroup-v2 "cgroup v2 isn't mounted on /sys/fs/cgroup; remove systemd.unified_cgroup_hierarchy=0 from the kernel's command line and restart"
  [ "$(wc -l </proc/swaps)" -le 1 ] ||
    finding swap "swap is on, and the kubelet refuses to start; run swapoff -a and remove it from /etc/fstab"
  [ "$(timedatectl show --property=NTPSynchronized --value 2>/dev/null)" = yes ] ||
    finding time "the clock isn't synchronised; etcd, Ceph and certificates need it: install chrony"
}

check_size() {
  local cpu memory
  cpu=$(nproc)
  memory=$(($(awk '/^MemTotal:/ {print $2}' /proc/meminfo) * 1024))
  [ "$cpu" -ge "$CPU" ] ||
    finding processors "found $cpu processors; the stack file says $CPU: correct it, since readers are placed by it"
  # The kernel keeps some for itself.
  [ "$memory" -ge $((MEMORY * 93 / 100)) ] ||
    finding memory "found $memory bytes of memory; the stack file says $MEMORY: correct it, since Ceph's are sized by it"
  [ "$(df --output=avail --block-size=1M /var | tail -1)" -ge "$FREE_MIB" ] ||
    finding disk-space "less than $FREE_MIB MiB are free in /var; images, logs and etcd lie there: make room"
}

check_network() {
  [ -n "$(ip -oneline address show to "$ADDRESS")" ] ||
    finding address "no interface has the address $ADDRESS, which the stack file says; correct it"
  # What listens then is ours, perhaps of a step that was interrupted.
  if is_member || [ -f "$BEGUN" ]; then return 0; fi
  local port
  for port in $PORTS; do
    if [ "$port" = 7443 ] && [ -f /etc/modules-load.d/imaging.conf ]; then continue; fi
    [ -z "$(ss --no-header --listening --tcp --numeric "sport = :$port")" ] ||
      finding port "something listens on port $port, which Kubernetes needs; stop it (ss -ltnp shows it)"
  done
}

check_devices() {
  local device parts signatures
  for device in "${DEVICES[@]}"; do
    if [ ! -b "$device" ]; then
      finding device "there is no block device $device; name one that exists (ls -l /dev/disk/by-id /dev/disk/by-partuuid)"
      continue
    fi
    parts=$(lsblk --noheadings --list --output MOUNTPOINTS "$device" | tr --delete '[:space:]') || parts="?"
    [ -z "$parts" ] ||
      finding device-mounted "$device is mounted on $parts; Ceph would destroy what is there: name another, or unmount and wipe it"
    if is_member; then continue; fi
    if ! signatures=$(wipefs --noheadings --no-act "$device"); then
      finding device "$device can't be read; look at the kernel's log (dmesg), and name another"
      continue
    fi
    [ -z "$signatures" ] ||
      finding device-data "$device holds data (wipefs --no-act $device shows what); if nobody needs it: wipefs --all $device"
  done
}

check_history() {
  is_member || [ -f "$BEGUN" ] || [ ! -e /etc/kubernetes/kubelet.conf ] ||
    finding other-cluster "it belongs to a cluster that this program didn't make; if nobody needs it: kubeadm reset"
  command -v apt-get >/dev/null && [ -d /run/systemd/system ] ||
    finding tools "apt-get or systemd is missing; this needs an ordinary Debian or Ubuntu"
}

main() {
  check_system
  check_size
  check_network
  check_devices
  check_history
  [ "$findings" = 0 ] || fail "$findings finding(s); nothing was changed on any machine"
}
