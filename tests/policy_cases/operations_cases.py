"""The cases of the pack ``operations``.

Owns what each of its rules must refuse. Doesn't own how it is asked.
"""

from __future__ import annotations

from typing import Final

from tests.policy_cases.case import REMOVED, Case, Fail

_READERS: Final = "production.aveiro StatefulSet/statefulset-readers"
_GATEWAY: Final = "production.aveiro Deployment/deployment-gateway"
_RECONCILIATION: Final = "production.aveiro CronJob/cronjob-reconciliation"
_CLUSTER: Final = "production CephCluster/cephcluster-rook-ceph"
_SCALED: Final = "production.aveiro ScaledObject/scaledobject-readers"
_ROOK: Final = "production Release/rook-ceph"
_POD: Final = "spec|template|spec"
_CONTAINER: Final = f"{_POD}|containers|0"
_CONTEXT: Final = f"{_CONTAINER}|securityContext"
_DIGEST: Final = "registry.example.org/dicoogle@sha256:" + "a" * 64

CASES: Final = (
    Case(
        "images-are-pinned",
        _READERS,
        (
            Fail("isn't pinned", {f"{_CONTAINER}|image": "registry.example.org/dicoogle:latest"}),
            Fail("isn't pinned", {f"{_CONTAINER}|image": "registry.example.org/dicoogle:3.5"}),
            Fail("isn't pinned", {f"{_CONTAINER}|image": "registry.example.org/dicoogle"}),
            Fail("names no registry", {f"{_CONTAINER}|image": "dicoogle:3.5.1"}),
            Fail("names no registry", {f"{_CONTAINER}|image": _DIGEST.partition("/")[2]}),
            Fail("container prepare", {f"{_POD}|initContainers|0|image": "docker.io/a:edge"}),
        ),
        f"{_CONTAINER}|image",
    ),
    Case(
        "versions-are-allowed",
        _CLUSTER,
        (
            Fail("read affinity", {"spec|cephVersion|image": "quay.io/ceph/ceph:v20.2.0"}),
            Fail("from 19.2 on", {"spec|cephVersion|image": "quay.io/ceph/ceph:v18.2.7"}),
            Fail("nobody tested", {"spec|cephVersion|allowUnsupported": True}),
        ),
        "spec|cephVersion|image",
    ),
    Case(
        "versions-are-allowed",
        _ROOK,
        (Fail("must never run", {"version": "v1.19.10"}),),
        "version",
    ),
    Case(
        "resources-are-bounded",
        _READERS,
        (
            Fail("no requests.memory", {f"{_CONTAINER}|resources|requests|memory": REMOVED}),
            Fail("no requests.cpu", {f"{_CONTAINER}|resources|requests|cpu": REMOVED}),
            Fail("no limits.memory", {f"{_CONTAINER}|resources|limits": REMOVED}),
            Fail("is no number", {f"{_CONTAINER}|resources|requests|cpu": "many"}),
            Fail("more memory than", {f"{_CONTAINER}|resources|limits|memory": "1Gi"}),
        ),
        f"{_CONTAINER}|resources|requests|memory",
    ),
    Case(
        "resources-are-bounded",
        _CLUSTER,
        (Fail("spec.resources.osd has no limits.memory", {"spec|resources|osd|limits": {}}),),
        "spec|resources|mon|requests|memory",
    ),
    Case(
        "servers-are-probed",
        _GATEWAY,
        (
            Fail("no readinessProbe", {f"{_CONTAINER}|readinessProbe": REMOVED}),
            Fail("no livenessProbe", {f"{_CONTAINER}|livenessProbe": {"periodSeconds": 5}}),
        ),
        f"{_CONTAINER}|readinessProbe|httpGet",
    ),
    Case(
        "pods-are-restricted",
        _READERS,
        (
            Fail("may run as root", {f"{_POD}|securityContext|runAsNonRoot": False}),
            Fail("may run as root", {f"{_CONTEXT}|runAsNonRoot": False}),
            Fail("runAsUser above 0", {f"{_CONTEXT}|runAsUser": 0}),
            Fail("may gain privileges", {f"{_CONTEXT}|allowPrivilegeEscalation": REMOVED}),
            Fail("is privileged", {f"{_CONTEXT}|privileged": True}),
            Fail("keeps capabilities", {f"{_CONTEXT}|capabilities": REMOVED}),
            Fail("keeps capabilities", {f"{_CONTEXT}|capabilities|add": ["NET_ADMIN"]}),
            Fail("root file system", {f"{_CONTEXT}|readOnlyRootFilesystem": False}),
            Fail("no seccompProfile", {f"{_POD}|securityContext|seccompProfile": REMOVED}),
            Fail("no seccompProfile", {f"{_CONTEXT}|seccompProfile": {"type": "Unconfined"}}),
            Fail("more of /proc", {f"{_CONTEXT}|procMount": "Unmasked"}),
        ),
        f"{_CONTEXT}|readOnlyRootFilesystem",
    ),
    Case(
        "no-host-access",
        _READERS,
        (
            Fail("node's network", {f"{_POD}|hostNetwork": True}),
            Fail("node's pid", {f"{_POD}|hostPID": True}),
            Fail("node's ipc", {f"{_POD}|hostIPC": True}),
            Fail("a directory of its node", {f"{_POD}|volumes|0|hostPath": {"path": "/"}}),
            Fail("a port of its node", {f"{_CONTAINER}|ports|0|hostPort": 8080}),
        ),
        f"{_POD}|volumes",
    ),
    Case(
        "no-host-access",
        _CLUSTER,
        (
            Fail("Rook's own is /var/lib/rook", {"spec|dataDirHostPath": "/etc"}),
            Fail("the nodes' own", {"spec|network|provider": "host"}),
            Fail("any disk that it finds", {"spec|storage|useAllDevices": True}),
            Fail("any disk that it finds", {"spec|storage|useAllNodes": REMOVED}),
            Fail("by pattern", {"spec|storage|deviceFilter": "^sd."}),
        ),
        "spec|dataDirHostPath",
    ),
    Case(
        "no-node-port",
        "production.aveiro Service/service-gateway",
        (
            Fail("its type is NodePort", {"spec|type": "NodePort"}),
            Fail("around the source ranges", {"spec|type": "LoadBalancer"}),
            Fail("a port on every node", {"spec|ports|0|nodePort": 30443}),
            Fail("intercepts an address", {"spec|externalIPs": ["192.0.2.1"]}),
        ),
        "spec|ports|0|nodePort",
    ),
    Case(
        "namespaces-are-restricted",
        "production.aveiro Namespace/namespace-aveiro",
        (
            Fail(
                "enforce is privileged",
                {"metadata|labels|pod-security.kubernetes.io/enforce": "privileged"},
            ),
            Fail("enforce is missing", {"metadata|labels": {}}),
        ),
        "metadata|labels|pod-security.kubernetes.io/enforce",
    ),
    Case(
        "disruptions-are-bounded",
        "production.aveiro PodDisruptionBudget/poddisruptionbudget-readers",
        (
            Fail("maxUnavailable is 0", {"spec|maxUnavailable": 0}),
            Fail("maxUnavailable is 100%", {"spec|maxUnavailable": "100%"}),
            Fail("either", {"spec|maxUnavailable": REMOVED}),
            Fail("either", {"spec|minAvailable": 1}),
            Fail("every pod, or none", {"spec|selector": {}}),
            Fail("AlwaysAllow", {"spec|unhealthyPodEvictionPolicy": REMOVED}),
        ),
        "spec|maxUnavailable",
    ),
    Case(
        "replicas-are-spread",
        _READERS,
        (
            Fail("one datacenter", {f"{_POD}|topologySpreadConstraints|0": REMOVED}),
            Fail("one hostname", {f"{_POD}|topologySpreadConstraints|1": REMOVED}),
            Fail("only a wish", {f"{_POD}|topologySpreadConstraints|0|whenUnsatisfiable": "Any"}),
            Fail("a skew of 5", {f"{_POD}|topologySpreadConstraints|0|maxSkew": 5}),
            Fail(
                "other pods than its own",
                {f"{_POD}|topologySpreadConstraints|0|labelSelector|matchLabels": {"a": "b"}},
            ),
        ),
        "spec|replicas",
    ),
    Case(
        "replicas-are-spread",
        _GATEWAY,
        (
            Fail("it has 1 replica; allowed is 2", {"spec|replicas": REMOVED}),
            Fail("nobody serves", {"spec|replicas": 0}),
        ),
        "spec|replicas",
    ),
    Case(
        "autoscaling-is-guarded",
        _SCALED,
        (
            Fail("minReplicaCount is 0", {"spec|minReplicaCount": 0}),
            Fail("minReplicaCount is 1; allowed is 2", {"spec|minReplicaCount": 1}),
            Fail("is below minReplicaCount", {"spec|maxReplicaCount": 1}),
            Fail("lets all readers go", {"spec|idleReplicaCount": 0}),
            Fail("seen too late", {"spec|pollingInterval": 300}),
            Fail("a lost metric", {"spec|fallback": REMOVED}),
            Fail("a lost metric", {"spec|fallback|behavior": "static"}),
            Fail("between minReplicaCount", {"spec|fallback|replicas": 1}),
            Fail("failureThreshold must", {"spec|fallback|failureThreshold": 0}),
            Fail("an empty metric", {"spec|triggers|0|metadata|ignoreNullValues": "true"}),
            Fail("an empty metric", {"spec|triggers|0|metadata|ignoreNullValues": REMOVED}),
            Fail("Java heap", {"spec|triggers|1|type": "memory"}),
            Fail(
                "come and go",
                {
                    "spec|advanced|horizontalPodAutoscalerConfig|behavior|scaleDown"
                    "|stabilizationWindowSeconds": 0
                },
            ),
            Fail(
                "when the ScaledObject goes", {"spec|advanced|restoreToOriginalReplicaCount": True}
            ),
        ),
        "spec|fallback|replicas",
    ),
    Case(
        "ends-in-order",
        _READERS,
        (Fail("still waits", {f"{_POD}|terminationGracePeriodSeconds": 30}),),
        f"{_POD}|terminationGracePeriodSeconds",
    ),
    Case(
        "jobs-end",
        _RECONCILIATION,
        (
            Fail("hang for ever", {"spec|jobTemplate|spec|activeDeadlineSeconds": REMOVED}),
            Fail("no backoffLimit", {"spec|jobTemplate|spec|backoffLimit": 100}),
            Fail("run at once", {"spec|concurrencyPolicy": "Allow"}),
        ),
        "spec|jobTemplate|spec|backoffLimit",
    ),
    Case(
        "one-owner-of-external-metrics",
        "production Release/keda",
        (Fail("from KEDA", {"chart": "prometheus-adapter"}),),
        "chart",
    ),
    Case(
        "no-ambient-provider",
        _READERS,
        (
            Fail("whatever cluster", options={"provider": None}),
            Fail("whatever cluster", options={"provider": "default_4_34_2"}),
            Fail("imaging-local, and the environment's", options={"cluster": "imaging-local"}),
        ),
        "options.cluster",
    ),
    Case(
        "data-is-protected",
        "production.aveiro PersistentVolumeClaim/persistentvolumeclaim-images",
        (Fail("protect=True", options={"protect": False}),),
        "spec|accessModes",
        {"protect": False},
    ),
    Case(
        "no-change-is-ignored",
        _READERS,
        (Fail("changes of spec are ignored", options={"ignored": ("spec", "spec.replicas")}),),
    ),
    Case(
        "charts-are-pinned",
        _ROOK,
        (
            Fail("its version is missing", {"version": REMOVED}),
            Fail("its version is v1.20.x", {"version": "v1.20.x"}),
            Fail("its version is ^1.20.6", {"version": "^1.20.6"}),
            Fail("its repository is http:", {"repositoryOpts|repo": "http://charts.rook.io"}),
            Fail("the chart rook is none of", {"chart": "rook"}),
            Fail("disableWebhooks switches", {"disableWebhooks": True}),
        ),
        "version",
    ),
    Case(
        "kinds-are-judged",
        _READERS,
        (
            Fail(
                "no pack judges apps/v1:StatefulSetPatch",
                kind="kubernetes:apps/v1:StatefulSetPatch",
            ),
            Fail("ceph.rook.io/v1:CephBlockPool", kind="kubernetes:ceph.rook.io/v1:CephBlockPool"),
        ),
    ),
)
