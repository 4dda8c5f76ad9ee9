"""The policies for what runs in an institution's namespace: confined, pinned, one ingest.

Owns the rules for pods, for what makes pods, and for how many there are. Doesn't own Pod Security
``restricted``, which the namespace demands too: it refuses pods, and lets pass what would make
them. These rules need no promise of the institution's own, so they hold also where it is missing.
"""

from __future__ import annotations

from typing import Final

from components import naming
from components.guardrails.policy import (
    EACH_INSTITUTION,
    EDIT,
    IN_INSTITUTIONS,
    INSTITUTION,
    WRITES,
    Policy,
    Resources,
    Rule,
    text,
)

_KINDS: Final = (
    *("Pod", "ReplicationController", "DaemonSet", "Deployment", "ReplicaSet", "StatefulSet"),
    *("Job", "CronJob"),
)
_PINNED: Final = "(:[A-Za-z0-9_][A-Za-z0-9._-]*|@sha256:[0-9a-f]{64})$"
"""As the catalogue pins the images that stack files name."""
_HOST: Final = "variables.pod"
_SECURITY: Final = "c.?securityContext"


def _every_container(holds: str, found: str) -> Rule:
    """Judge every container ``c``; ``found`` says what one is that doesn't pass."""
    return Rule(
        _KINDS,
        WRITES,
        f"variables.containers.all(c, {holds})",
        f"variables.what + variables.containers.filter(c, !({holds})).map(c, c.name).join(', ')"
        f" + {text(found)}",
    )


def _pod(holds: str, found: str) -> Rule:
    return Rule(_KINDS, WRITES, holds, f"variables.what + {text(found)}")


_RULES: Final = (
    _every_container(
        f"!{_SECURITY}.?privileged.orValue(false) && "
        f"!{_SECURITY}.?allowPrivilegeEscalation.orValue(false) && "
        f"size({_SECURITY}.?capabilities.?add.orValue([])) == 0",
        " is privileged; take privileged, allowPrivilegeEscalation and added capabilities away",
    ),
    _every_container(
        f"c.?image.orValue('').matches({text(_PINNED)}) && "
        "!c.?image.orValue('').endsWith(':latest')",
        " runs an image that isn't pinned; name an exact tag or a digest",
    ),
    _every_container(
        "c.?ports.orValue([]).all(p, p.?hostPort.orValue(0) == 0)",
        " listens on its machine; take hostPort away",
    ),
    _pod(
        f"!{_HOST}.?hostNetwork.orValue(false) && !{_HOST}.?hostPID.orValue(false) && "
        f"!{_HOST}.?hostIPC.orValue(false)",
        "its pod shares its machine's network or processes; take hostNetwork, hostPID and hostIPC "
        "away",
    ),
    _pod(
        f"{_HOST}.?volumes.orValue([]).all(v, !has(v.hostPath) && !has(v.csi) && !has(v.nfs))",
        "its pod mounts a folder of its machine, or a volume that no claim guards; mount a claim",
    ),
)


def pods_policy() -> Policy:
    """The policy for pods and for what makes pods in every institution's namespace."""
    return Policy(
        name="pods",
        promise="its pods are confined, and run pinned images only",
        who=f"namespaceObject.metadata.labels['{naming.INSTITUTION_LABEL}']",
        resources=(
            Resources(
                "", ("pods", "pods/ephemeralcontainers", "replicationcontrollers"), WRITES, ("v1",)
            ),
            Resources(
                "apps",
                ("daemonsets", "deployments", "replicasets", "statefulsets"),
                WRITES,
                ("v1",),
            ),
            Resources("batch", ("jobs", "cronjobs"), WRITES, ("v1",)),
        ),
        rules=_RULES,
        about={
            # Labels and owners, which the controllers of Kubernetes change all the time.
            "a-change": "request.operation != 'UPDATE' || object.spec != oldObject.spec",
        },
        variables={
            "pod": "request.kind.kind == 'Pod' ? object.spec : request.kind.kind == 'CronJob' ? "
            "object.spec.jobTemplate.spec.template.spec : object.spec.template.spec",
            "containers": " + ".join(
                f"variables.pod.?{kind}.orValue([])"
                for kind in ("containers", "initContainers", "ephemeralContainers")
            ),
            "what": "request.kind.kind + ' ' + object.metadata.?name.orValue('') + ': '",
        },
        selector=IN_INSTITUTIONS,
    )


def replicas_policy() -> Policy:
    """The policy for how many pods ingest and readers may have."""
    promised = "params.data['replicas.' + object.metadata.name]"
    return Policy(
        name="replicas",
        promise="one ingest, since a second destroys the index, and no more readers than its most",
        who=INSTITUTION,
        resources=(Resources("apps", ("statefulsets", "statefulsets/scale"), WRITES),),
        rules=(
            Rule(
                ("StatefulSet", "Scale"),
                WRITES,
                f"object.spec.?replicas.orValue(1) <= int({promised})",
                "object.metadata.name + ' would have ' + string(object.spec.?replicas.orValue(1))"
                f" + ' replicas, and at most ' + {promised}"
                f" + {text(f' was promised; {EDIT}')}",
            ),
        ),
        about={
            "its-own": "request.namespace == params.data.namespace && "
            "('replicas.' + object.metadata.name) in params.data",
        },
        parameters=EACH_INSTITUTION,
        selector=IN_INSTITUTIONS,
    )
