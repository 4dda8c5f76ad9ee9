"""Objects that the tests ask for."""

from typing import Any

from local.providers.kubernetes.cluster import Cluster
from local.providers.kubernetes.objects import ObjectRef

CONFIG_MAP = "kubernetes:core/v1:ConfigMap"
DEPLOYMENT = "kubernetes:apps/v1:Deployment"
CRD = "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition"

# No garbage collector runs here, which a deletion in the foreground would wait for.
IN_BACKGROUND = {"pulumi.com/deletionPropagationPolicy": "background"}


def config_map(namespace: str, **data: str) -> dict[str, Any]:
    """Ask for a config map ``settings``."""
    metadata = {"name": "settings", "namespace": namespace, "annotations": IN_BACKGROUND}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}


def deployment(namespace: str, **spec: Any) -> dict[str, Any]:  # noqa: ANN401 any field's type
    """Ask for a deployment ``web`` that isn't waited for."""
    annotations = {**IN_BACKGROUND, "pulumi.com/skipAwait": "true"}
    return {
        "metadata": {"name": "web", "namespace": namespace, "annotations": annotations},
        "spec": {
            "selector": {"matchLabels": {"app": "web"}},
            "template": {
                "metadata": {"labels": {"app": "web"}},
                "spec": {
                    "containers": [
                        {
                            "name": "web",
                            "image": "web:1",
                            "resources": {"requests": {"cpu": "1000m", "memory": "1024Mi"}},
                        }
                    ]
                },
            },
            **spec,
        },
    }


def ref(namespace: str, kind: str = "ConfigMap", name: str = "settings") -> ObjectRef:
    """Name an object for a look into the cluster."""
    return ObjectRef("apps/v1" if kind == "Deployment" else "v1", kind, namespace, name)


def content(cluster: Cluster, namespace: str) -> dict[str, str]:
    """Give the data of the config map ``settings`` in the cluster."""
    data: dict[str, str] = (cluster.get(ref(namespace)) or {})["data"]
    return data


def foreign(cluster: Cluster, namespace: str, **data: str) -> None:
    """Let somebody else apply the config map."""
    manifest = config_map(namespace, **data)
    cluster.apply(ref(namespace), manifest, "somebody", force=True, dry_run=False)


def things() -> dict[str, Any]:
    """Ask for a kind ``Thing``."""
    size = {"type": "object", "properties": {"size": {"type": "integer"}}}
    schema = {"type": "object", "properties": {"spec": size}}
    version = {
        "name": "v1",
        "served": True,
        "storage": True,
        "schema": {"openAPIV3Schema": schema | {"x_kubernetes_preserve_unknown_fields": True}},
    }
    return {
        "metadata": {"name": "things.example.org", "annotations": IN_BACKGROUND},
        "spec": {
            "group": "example.org",
            "scope": "Namespaced",
            "names": {"kind": "Thing", "plural": "things", "singular": "thing"},
            "versions": [version],
        },
    }
