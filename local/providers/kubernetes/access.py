"""The one cluster of a configured provider, reached when it is first needed.

Owns the connection and what an absent cluster means: nothing validated in a preview, an error in
an update. Every request of the provider goes through here.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import grpc

from local.providers.engine import Engine
from local.providers.failures import ProviderError
from local.providers.kubernetes.applying import Applier
from local.providers.kubernetes.cluster import (
    ApiError,
    Cluster,
    KindMissingError,
    UnreachableError,
)
from local.providers.kubernetes.kubeconfig import (
    KubeconfigError,
    KubeconfigMissingError,
    connect,
)
from local.providers.kubernetes.naming import builtin_scope, with_namespace
from local.providers.kubernetes.objects import Manifest
from local.providers.kubernetes.settings import Settings

_T = TypeVar("_T")


class Access:
    """Reaches the cluster of one provider."""

    def __init__(self, settings: Settings, engine: Engine) -> None:
        """Remember; nothing is read or sent yet."""
        self.settings = settings
        self._engine = engine
        self._lock = threading.Lock()
        self._applier: Applier | None = None
        self._has_warned = False

    def applier(self) -> Applier:
        """Give the connected applier.

        Raises:
            KubeconfigError: there is no way to connect.

        """
        with self._lock:
            if self._applier is None:
                cluster = Cluster(connect(self.settings))
                self._applier = Applier(cluster, self.settings, self._engine)
            return self._applier

    def try_out(self, action: Callable[[Applier], _T]) -> _T | None:
        """Do something for a preview; None, and one warning ever, when no cluster is there."""
        try:
            return action(self.applier())
        except (UnreachableError, KubeconfigMissingError) as error:
            self._warn(str(error))
            return None
        except KubeconfigError as error:
            raise ProviderError(str(error)) from None
        except ApiError as error:
            raise ProviderError(f"The API server refused a request: {error}") from None

    def close(self) -> None:
        """Close the connections, if there are any."""
        with self._lock:
            if self._applier:
                self._applier.cluster.close()

    @contextmanager
    def required(self) -> Iterator[Applier]:
        """Give the applier for an update, where an absent cluster is an error."""
        try:
            yield self.applier()
        except (UnreachableError, KubeconfigError) as error:
            raise ProviderError(str(error), grpc.StatusCode.UNAVAILABLE) from None
        except (ApiError, KindMissingError) as error:
            raise ProviderError(f"The API server refused a request: {error}") from None

    def placed(self, manifest: Manifest) -> Manifest:
        """Fill in the namespace, as far as it can be known without a cluster."""
        if "kind" not in manifest:  # a state without inputs, after a `get`
            return manifest
        try:
            cluster = self.applier().cluster
            namespaced = builtin_scope(manifest["apiVersion"], manifest["kind"])
            if namespaced is None:
                namespaced = cluster.is_namespaced(manifest["apiVersion"], manifest["kind"])
        except (ApiError, KindMissingError, KubeconfigError, UnreachableError):
            return manifest
        return with_namespace(manifest, cluster.namespace, namespaced=namespaced)

    def _warn(self, reason: str) -> None:
        with self._lock:
            is_first, self._has_warned = not self._has_warned, True
        if is_first:
            self._engine.warning(f"Nothing was validated against a cluster: {reason}")
