"""The fields that Kubernetes or the official plugin never change in place.

Owns the table and the question whether a change touches it; finding changes is in
`local.providers.kubernetes.diff`.

Sources: ``provider/pkg/provider/diff.go`` of pulumi-kubernetes, and ``ValidateUpdate`` of the API
types for the rows marked as the API server's: there the official plugin runs into an error, and
this one replaces.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from local.providers.kubernetes.objects import Manifest, group_of
from local.providers.kubernetes.paths import Path, lookup, parse, starts_with
from local.providers.kubernetes.settings import Settings


@dataclass(frozen=True)
class Fixed:
    """A field that forces a replacement, with the parts of it that don't."""

    path: Path
    except_for: tuple[Path, ...] = ()

    def forbids(self, path: Path, old: Any, new: Any) -> bool:  # noqa: ANN401 JSON-like
        """Tell whether the change from `old` to `new` at `path` touches this field."""
        if starts_with(path, self.path):
            return not any(starts_with(path, allowed) for allowed in self.except_for)
        if starts_with(self.path, path):
            below = self.path[len(path) :]
            return bool(lookup(old, below) != lookup(new, below))
        return False


def _fields(*paths: str) -> tuple[Fixed, ...]:
    return tuple(Fixed(parse(path)) for path in paths)


def _spec_except(*fields: str) -> tuple[Fixed, ...]:
    return (Fixed(("spec",), tuple(("spec", field) for field in fields)),)


_IDENTITY: Final = _fields("kind", "metadata.name", "metadata.namespace")

# A volume's source: everything in its spec that isn't one of these.
_VOLUME_MUTABLE: Final = (
    "accessModes",
    "capacity",
    "claimRef",
    "mountOptions",
    "nodeAffinity",
    "persistentVolumeReclaimPolicy",
    "storageClassName",
    "volumeAttributesClassName",
    "volumeMode",
)

# What a running pod lets change: its image is replaced by the official plugin nevertheless.
_POD_MUTABLE: Final = ("activeDeadlineSeconds", "tolerations", "topologySpreadConstraints")

_KINDS: Final[dict[tuple[str, str], tuple[Fixed, ...]]] = {
    ("", "PersistentVolume"): _spec_except(*_VOLUME_MUTABLE),
    ("", "PersistentVolumeClaim"): _spec_except(  # more of it than the official plugin
        "resources", "volumeAttributesClassName"
    ),
    ("", "Pod"): _spec_except(*_POD_MUTABLE),
    ("", "ResourceQuota"): _fields("spec.scopes"),
    ("", "Secret"): _fields("type"),
    ("", "Service"): _fields("spec.clusterIP"),
    ("apiextensions.k8s.io", "CustomResourceDefinition"): _fields(
        "spec.group", "spec.scope"
    ),  # the API server's
    ("apps", "DaemonSet"): _fields("spec.selector"),
    ("apps", "Deployment"): _fields("spec.selector"),
    ("apps", "ReplicaSet"): _fields("spec.selector"),  # the API server's
    ("apps", "StatefulSet"): _fields(
        "spec.podManagementPolicy",
        "spec.revisionHistoryLimit",
        "spec.selector",
        "spec.serviceName",
        "spec.volumeClaimTemplates",
    ),
    ("batch", "Job"): _fields(
        "spec.completions",
        "spec.parallelism",
        "spec.selector",
        "spec.template",
        "spec.completionMode",  # this one and the next: the API server's
        "spec.podFailurePolicy",
    ),
    ("networking.k8s.io", "IngressClass"): _fields("spec.controller"),  # the API server's
    ("node.k8s.io", "RuntimeClass"): _fields("handler"),  # the API server's
    ("rbac.authorization.k8s.io", "ClusterRoleBinding"): _fields("roleRef"),
    ("rbac.authorization.k8s.io", "RoleBinding"): _fields("roleRef"),
    ("scheduling.k8s.io", "PriorityClass"): _fields(
        "value", "preemptionPolicy"
    ),  # the API server's
    ("storage.k8s.io", "StorageClass"): _fields(
        "parameters",
        "provisioner",
        "reclaimPolicy",  # this one and the next: the API server's
        "volumeBindingMode",
    ),
    ("storage.k8s.io", "VolumeAttributesClass"): _fields(
        "driverName", "parameters"
    ),  # the API server's
}


def fixed_fields(manifest: Manifest, settings: Settings, *, is_patch: bool) -> tuple[Fixed, ...]:
    """List what can't change in place in an object like `manifest`.

    A patch is updated in place whatever it changes, except where it moves to another object.
    """
    if is_patch:
        return _IDENTITY
    api_version, kind = manifest.get("apiVersion", ""), manifest.get("kind", "")
    group = group_of(api_version)
    return (
        *_IDENTITY,
        *_KINDS.get((group, kind), ()),
        *_data_fields(manifest, settings),
    )


def replacing(changes: Iterable[tuple[Path, Any, Any]], fixed: Iterable[Fixed]) -> frozenset[Path]:
    """Give the paths of those changes (path, old, new) that force a replacement."""
    fields = tuple(fixed)
    return frozenset(
        path for path, old, new in changes if any(field.forbids(path, old, new) for field in fields)
    )


def _data_fields(manifest: Manifest, settings: Settings) -> tuple[Fixed, ...]:
    """Give the content of config maps and secrets, which the official plugin replaces by default.

    ``enableConfigMapMutable`` and ``enableSecretMutable`` of the provider make it change in place,
    unless the object itself is immutable.
    """
    if manifest.get("apiVersion") != "v1":
        return ()
    frozen = manifest.get("immutable") is True
    match manifest.get("kind"):
        case "ConfigMap" if frozen or not settings.config_map_mutable:
            return _fields("data", "binaryData")
        case "Secret" if frozen or not settings.secret_mutable:
            return _fields("type", "data", "stringData")
        case _:
            return ()
