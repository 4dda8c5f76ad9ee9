#!/bin/bash
# Becomes the first process of a machine: machine.sh enter|wire|boot, called one after the other.
#
# It owns the namespaces, mounts and devices of one machine. It writes nothing outside of FOLDER,
# and everything it mounts lies in the machine's own mount namespace, so it ends with the machine.
#
# FOLDER    of this machine: console, groups (lines "type options path"), layer/, work/, root/, kept/, values/
# TREE      the Debian tree below the machine's own layer
# HOST_NAME of this machine
# NUMBER    of the machine: its address is SUBNET.(10+NUMBER), its pods' network PODS.NUMBER.0/24
# MACHINES  how many numbers there can be
set -euo pipefail

# The cgroups come first: the cgroup namespace takes the groups of whoever makes it for its roots.
enter() {
    while read -r _ _ group; do
        echo 0 >"$group/cgroup.procs"
    done <"$FOLDER/groups"
    exec {OUTSIDE}</proc/self/ns/net
    export OUTSIDE
    exec unshare --net -- bash "$0" wire
}

# A network of its own at each boot: what kube-proxy left in an old one would break the new boot.
# The hardware address stays, or the others would talk to the old one for half a minute.
wire() {
    outside() { nsenter --net="/proc/self/fd/$OUTSIDE" -- "$@"; }
    outside ip link delete "lab$NUMBER" 2>/dev/null || true
    outside ip link add "lab$NUMBER" type veth \
        peer name eth0 address "$(printf '02:00:00:00:00:%02x' "$NUMBER")" netns "$$"
    outside ip link set "lab$NUMBER" master "$BRIDGE" up
    ip link set lo up
    ip address add "$SUBNET.$((10 + NUMBER))/24" dev eth0
    ip link set eth0 up
    ip route add default via "$SUBNET.1"
    for ((other = 1; other <= MACHINES; other++)); do
        if ((other != NUMBER)); then
            ip route add "$PODS.$other.0/24" via "$SUBNET.$((10 + other))"
        fi
    done
    exec {OUTSIDE}<&-
    exec unshare --mount --uts --ipc --pid --cgroup --fork --kill-child -- bash "$0" boot
}

boot() {
    hostname "$HOST_NAME"
    mount -t overlay overlay -o "lowerdir=$TREE,upperdir=$FOLDER/layer,workdir=$FOLDER/work" \
        "$FOLDER/root"
    cd "$FOLDER/root"
    mount -t proc -o nosuid,nodev,noexec proc proc
    mount -t sysfs -o nosuid,nodev,noexec sysfs sys
    mount -t tmpfs -o nosuid,nodev,mode=755 tmpfs run
    keep
    control_groups
    devices
    kernel
    mount -o remount,bind,ro sys
    mkdir -p .outside
    pivot_root . .outside
    exec </dev/null >/dev/console 2>&1
    umount --lazy /.outside
    rmdir /.outside
    mount --make-rshared /
    # Neither the clock nor the modules are the machine's own.
    exec env --ignore-environment container=laboratory PATH=/usr/sbin:/usr/bin:/sbin:/bin \
        setpriv --bounding-set=-sys_time,-sys_module -- /sbin/init
}

# An overlay can't lie on an overlay, and etcd should meet a plain filesystem.
keep() {
    local each
    for each in containerd kubelet etcd; do
        mkdir -p "var/lib/$each"
        mount --bind "$FOLDER/kept/$each" "var/lib/$each"
    done
}

control_groups() {
    local type options name
    mount -t tmpfs -o nosuid,nodev,noexec,mode=755 tmpfs sys/fs/cgroup
    while read -r type options _; do
        name=${options#name=}
        [[ $type == cgroup2 ]] && name=unified
        mkdir "sys/fs/cgroup/$name"
        if [[ $type == cgroup2 ]]; then
            mount -t cgroup2 -o nosuid,nodev,noexec cgroup2 "sys/fs/cgroup/$name"
        elif [[ $options == name=* ]]; then
            mount -t cgroup -o "nosuid,nodev,noexec,none,$options" cgroup "sys/fs/cgroup/$name"
        else
            mount -t cgroup -o "nosuid,nodev,noexec,$options" cgroup "sys/fs/cgroup/$name"
        fi
    done <"$FOLDER/groups"
    mount -o remount,bind,ro sys/fs/cgroup
}

# kmsg is a null device: the machine's messages don't belong into the kernel's log.
devices() {
    local name numbers
    mount -t tmpfs -o nosuid,mode=755,size=4m tmpfs dev
    while read -r name numbers; do
        # shellcheck disable=SC2086 # major and minor
        mknod -m 666 "dev/$name" c $numbers
    done <<<"null 1 3
zero 1 5
full 1 7
random 1 8
urandom 1 9
kmsg 1 3
tty 5 0
fuse 10 229"
    mkdir dev/pts dev/shm dev/mqueue
    mount -t devpts -o nosuid,noexec,newinstance,ptmxmode=666,mode=620,gid=5 devpts dev/pts
    mount -t tmpfs -o nosuid,nodev tmpfs dev/shm
    mount -t mqueue mqueue dev/mqueue
    ln -s pts/ptmx dev/ptmx
    ln -s /proc/self/fd dev/fd
    ln -s /proc/self/fd/0 dev/stdin
    ln -s /proc/self/fd/1 dev/stdout
    ln -s /proc/self/fd/2 dev/stderr
    touch dev/console
    mount --bind "$FOLDER/console" dev/console
}

# The kernel is everybody's, so its settings are read-only, but for the machine's own network. The
# kubelet insists on some values: it finds them, and nobody has written them.
kernel() {
    mount --bind proc/sys proc/sys
    mount -o remount,bind,ro proc/sys
    mount --bind proc/sys/net proc/sys/net
    mount -o remount,bind,rw proc/sys/net
    [[ ! -e proc/sysrq-trigger ]] || mount --bind dev/null proc/sysrq-trigger
    show vm/overcommit_memory 1
    show vm/panic_on_oom 0
    show kernel/panic 10
    show kernel/panic_on_oops 1
    show kernel/keys/root_maxkeys 1000000
    show kernel/keys/root_maxbytes 25000000
    show kernel/random/boot_id "$(</proc/sys/kernel/random/uuid)"
}

show() {
    local file="$FOLDER/values/${1//\//.}"
    echo "$2" >"$file"
    mount --bind "$file" "proc/sys/$1"
    mount -o remount,bind,ro "proc/sys/$1"
}

"$1"
