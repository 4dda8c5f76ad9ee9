#!/bin/bash
# The first process of the laboratory's own namespaces: it holds them until its input ends.
#
# It owns the bridge between the machines. There is no way out: what isn't on the bridge is
# unreachable at once, rather than after a time-out.
set -euo pipefail
ip link set lo up
ip link add "$BRIDGE" type bridge
ip address add "$SUBNET.1/24" dev "$BRIDGE"
ip link set "$BRIDGE" up
echo 1 >/proc/sys/net/ipv4/ip_forward
echo ready
read -r _ || true
