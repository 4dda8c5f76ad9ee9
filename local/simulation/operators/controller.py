"""The process that stands in for the operators: watches, decides, acts.

Level-triggered: any event, and every half minute, leads to one look at all objects and to the
actions then due, so nothing depends on having seen a particular event. It outlives restarts of
the API server and ends when its kubeconfig is gone.
"""

import contextlib
import logging
import secrets
import threading
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import urllib3
from kubernetes import client, config
from kubernetes.client.exceptions import ApiException
from kubernetes.dynamic import DynamicClient, Resource
from kubernetes.dynamic.exceptions import (
    ConflictError,
    NotFoundError,
    ResourceNotFoundError,
)

from local.simulation.operators import csi, rook
from local.simulation.operators.objects import Action, Create, Observed, Patch

_KINDS: Mapping[str, str] = {
    "Node": "v1",
    "Secret": "v1",
    "PersistentVolume": "v1",
    "PersistentVolumeClaim": "v1",
    "StorageClass": "storage.k8s.io/v1",
    "CephBlockPool": rook.GROUP,
    "CephClient": rook.GROUP,
    "CephCluster": rook.GROUP,
    "CephFilesystem": rook.GROUP,
    "CephFilesystemMirror": rook.GROUP,
    "CephFilesystemSubVolumeGroup": rook.GROUP,
    "CephNFS": rook.GROUP,
}
_SELECTORS = {"Secret": "type=kubernetes.io/rook"}

_RESYNC = 30.0
_PAUSE = 1.0
_SETTLE = 0.05
_WATCH_SECONDS = 300
_MERGE = "application/merge-patch+json"

# What a request fails with while the API server is away or its answer is unusable.
_OUTAGES = (ApiException, urllib3.exceptions.HTTPError, OSError, ValueError)

_log = logging.getLogger("operators")


def run(kubeconfig: Path) -> None:
    """Stand in for the operators until the kubeconfig is gone."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    logging.getLogger("urllib3").setLevel(logging.ERROR)  # it warns of every retry in an outage
    cluster = _connect(kubeconfig)
    wake = threading.Event()
    for kind in _KINDS:
        threading.Thread(target=_watch, args=(cluster, kind, wake), daemon=True).start()
    away = False
    while kubeconfig.exists():
        try:
            cluster.reconcile()
        except _OUTAGES as error:
            if not away:
                _log.warning("the API server is away: %s", _summary(error))
            away = True
            time.sleep(_PAUSE)
        else:
            away = False
            wake.wait(_RESYNC)
            time.sleep(_SETTLE)  # one look for a burst of events
            wake.clear()


class Cluster:
    """The API server, as far as the stand-ins need it."""

    def __init__(self, dynamic: DynamicClient) -> None:
        """Wrap a client, whose discovery is not safe to use from several threads."""
        self._dynamic = dynamic
        self._discovering = threading.Lock()

    def resource(self, kind: str) -> Resource:
        """Return the client's handle on a kind, or raise ResourceNotFoundError."""
        with self._discovering:
            found: Resource = self._dynamic.resources.get(
                api_version=_KINDS.get(kind, "v1"), kind=kind
            )
        return found

    def reconcile(self) -> None:
        """Look at everything once, and do what is due."""
        observed = Observed({kind: self._list(kind) for kind in _KINDS})
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        for action in [*rook.decide(observed, now, _new_key), *csi.decide(observed, now)]:
            try:
                self._act(action)
            except ApiException as error:
                _log.warning("%s failed: %s", _title(action), _summary(error))

    def _list(self, kind: str) -> list[dict[str, Any]]:
        try:
            answer = self.resource(kind).get(field_selector=_SELECTORS.get(kind))
        except ResourceNotFoundError:
            return []
        return list(answer.to_dict()["items"])

    def _act(self, action: Action) -> None:
        if isinstance(action, Create):
            namespace = action.manifest["metadata"].get("namespace")
            resource = self.resource(action.manifest["kind"])
            with contextlib.suppress(ConflictError):
                resource.create(body=action.manifest, namespace=namespace)
                _log.info("%s", _title(action))
            return
        resource = self.resource(action.kind)
        with contextlib.suppress(NotFoundError):
            if isinstance(action, Patch):
                target = resource.status if "status" in action.body else resource
                target.patch(
                    body=action.body,
                    name=action.name,
                    namespace=action.namespace,
                    content_type=_MERGE,
                )
            else:
                resource.delete(name=action.name)
            _log.info("%s", _title(action))


def _connect(kubeconfig: Path) -> Cluster:
    # The official client carries types in part only.
    settings = client.Configuration()
    config.load_kube_config(str(kubeconfig), client_configuration=settings)  # type: ignore[no-untyped-call]
    settings.proxy = None  # a proxy for the Internet can't reach this loopback
    settings.connection_pool_maxsize = 2 * len(_KINDS)
    api = client.ApiClient(settings)
    while True:
        try:
            # Its cache would otherwise lie in the system's temporary folder, and outlive us.
            cache = kubeconfig.with_name("discovery.json")
            return Cluster(DynamicClient(api, cache_file=str(cache)))  # type: ignore[no-untyped-call]
        except _OUTAGES:
            time.sleep(_PAUSE)


def _watch(cluster: Cluster, kind: str, wake: threading.Event) -> None:
    while True:
        with contextlib.suppress(ResourceNotFoundError, *_OUTAGES):
            for _ in cluster.resource(kind).watch(
                timeout=_WATCH_SECONDS, field_selector=_SELECTORS.get(kind)
            ):
                wake.set()
        wake.set()
        time.sleep(_PAUSE)


def _new_key() -> str:
    return f"simulated-{secrets.token_urlsafe(24)}"


def _title(action: Action) -> str:
    if isinstance(action, Create):
        metadata = action.manifest["metadata"]
        return (
            f"create {action.manifest['kind']} {metadata.get('namespace', '')}/{metadata['name']}"
        )
    if isinstance(action, Patch):
        status = action.body.get("status", {})
        return f"set {action.kind} {action.namespace or ''}/{action.name} {status.get('phase', '')}"
    return f"delete {action.kind} {action.name}"


def _summary(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else repr(error)
