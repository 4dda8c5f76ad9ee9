"""The rules of what a pod may do to its node.

Owns the restricted security context, and everything of the host's. Doesn't own who may reach whom
(the pack ``access``).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from judging.kinds import CLUSTER, NAMESPACE, SERVICE, WORKLOADS
from judging.pods import Spec, containers, pod_spec
from judging.rule import Rule
from judging.subject import Resource

_PRIVILEGED: Final = frozenset({"rook-ceph", "monitoring"})
"""Rook's daemons open disks, and the node exporter reads the host."""
_ROOKS_DIRECTORY: Final = "/var/lib/rook"
_SECCOMP: Final = ("RuntimeDefault",)


def _restricted(resource: Resource) -> Iterator[str]:
    spec = pod_spec(resource)
    pod = spec.get("securityContext") or {}
    for name, container in containers(spec):
        own = container.get("securityContext") or {}
        for problem in _context(pod, own):
            yield f"container {name} {problem}"


def _context(pod: Spec, own: Spec) -> Iterator[str]:
    seccomp = own.get("seccompProfile") or pod.get("seccompProfile") or {}
    capabilities = own.get("capabilities") or {}
    if own.get("runAsNonRoot", pod.get("runAsNonRoot")) is not True:
        yield "may run as root: say runAsNonRoot: true"
    if not own.get("runAsUser", pod.get("runAsUser", 0)) > 0:
        yield "has no runAsUser above 0"
    if own.get("allowPrivilegeEscalation") is not False:
        yield "may gain privileges: say allowPrivilegeEscalation: false"
    if own.get("privileged") is True:
        yield "is privileged"
    if list(capabilities.get("drop") or ()) != ["ALL"] or capabilities.get("add"):
        yield "keeps capabilities: say capabilities: {drop: [ALL]} and add none"
    if own.get("readOnlyRootFilesystem") is not True:
        yield "can change its root file system: say readOnlyRootFilesystem: true"
    if seccomp.get("type") not in _SECCOMP:
        yield "has no seccompProfile RuntimeDefault"
    if own.get("procMount", "Default") != "Default":
        yield "sees more of /proc than its own"


def _hostless(resource: Resource) -> Iterator[str]:
    if resource.kind == CLUSTER:
        yield from _rook(resource)
        return
    spec = pod_spec(resource)
    for key in ("hostNetwork", "hostPID", "hostIPC"):
        if spec.get(key):
            yield f"it uses its node's {key.removeprefix('host').lower()}: remove {key}"
    for volume in spec.get("volumes") or ():
        if volume.get("hostPath") is not None:
            yield f"the volume {volume['name']} is a directory of its node"
    for name, container in containers(spec):
        if any(port.get("hostPort") for port in container.get("ports") or ()):
            yield f"container {name} takes a port of its node"


def _rook(resource: Resource) -> Iterator[str]:
    spec = resource.spec
    if spec["dataDirHostPath"] != _ROOKS_DIRECTORY:
        yield f"dataDirHostPath is {spec['dataDirHostPath']}; Rook's own is {_ROOKS_DIRECTORY}"
    if (spec.get("network") or {}).get("provider") == "host":
        yield "its network is the nodes' own"
    storage = spec["storage"]
    for key in ("useAllDevices", "useAllNodes"):
        if storage.get(key) is not False:
            yield f"storage.{key} isn't false, so that Rook takes any disk that it finds"
    if storage.get("deviceFilter") or storage.get("devicePathFilter"):
        yield "storage takes disks by pattern; name each"


def _no_node_port(resource: Resource) -> Iterator[str]:
    spec = resource.spec
    kind = spec.get("type", "ClusterIP")
    if kind not in ("ClusterIP", "LoadBalancer"):
        yield f"its type is {kind}; allowed are ClusterIP and LoadBalancer"
    if kind == "LoadBalancer" and spec.get("allocateLoadBalancerNodePorts") is not False:
        yield "its node ports go around the source ranges: allocateLoadBalancerNodePorts: false"
    if any(port.get("nodePort") for port in spec.get("ports") or ()):
        yield "it opens a port on every node"
    if spec.get("externalIPs"):
        yield "it takes externalIPs, with which anybody intercepts an address"


def _pod_security(resource: Resource) -> Iterator[str]:
    name = str(resource.metadata["name"])
    labels = resource.metadata.get("labels") or {}
    level = labels.get("pod-security.kubernetes.io/enforce")
    wanted = "privileged" if name in _PRIVILEGED else "restricted"
    if level not in ("restricted", wanted):
        yield f"its pod-security.kubernetes.io/enforce is {level or 'missing'}; allowed is {wanted}"


RULES: Final = (
    Rule(
        "pods-are-restricted",
        "No container runs as root, gains privileges or changes its image.",
        "Take the security context of components/archive/pod.py.",
        WORKLOADS,
        _restricted,
    ),
    Rule(
        "no-host-access",
        "Nothing but Rook's own reaches into a node.",
        "Use a volume of the institution's, and a Service.",
        WORKLOADS | {CLUSTER},
        _hostless,
    ),
    Rule(
        "no-node-port",
        "No Service opens a port on every node.",
        "Use the environment's Gateway, or a LoadBalancer without node ports.",
        frozenset({SERVICE}),
        _no_node_port,
    ),
    Rule(
        "namespaces-are-restricted",
        "Every namespace but Rook's and monitoring's admits restricted pods only.",
        "Label it pod-security.kubernetes.io/enforce: restricted.",
        frozenset({NAMESPACE}),
        _pod_security,
    ),
)
