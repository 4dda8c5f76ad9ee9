"""Requests to the simulated cluster's API server, as its administrator.

A start uses this and not the official client because that alone takes longer to import than a
start with nothing to do may last; the operators' process uses the official one.
"""

import ssl
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

import httpx

from local.simulation.failure import SimulationError
from local.simulation.folder import Folder
from local.simulation.settings import LOOPBACK

_FIELD_MANAGER = "imaging-simulation"
_DISCOVERY = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
_NOT_FOUND = 404


class ApiServer:
    """The API server on a port of loopback; close it, or use it in a `with` statement."""

    def __init__(self, folder: Folder, port: int) -> None:
        """Prepare a client; nothing is sent yet.

        Raises:
            SimulationError: the cluster's certificates are missing or damaged.
        """
        pki = folder.certificates
        try:
            trust = ssl.create_default_context(cafile=str(pki / "ca.crt"))
            trust.load_cert_chain(pki / "admin.crt", pki / "admin.key")
        except (OSError, ssl.SSLError) as error:
            raise SimulationError(
                f"The simulated cluster's certificates in {pki} can't be read: {error}. "
                "Remove the cluster with `make down` and make it anew with `make up`."
            ) from error
        self._client = httpx.Client(
            base_url=f"https://{LOOPBACK}:{port}",
            verify=trust,
            timeout=30,
            trust_env=False,  # a proxy for the Internet can't reach this loopback
        )

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close its connections."""
        self._client.close()

    def ready(self) -> bool:
        """Tell whether the API server says that it is ready."""
        try:
            return self._client.get("/readyz", timeout=5).is_success
        except httpx.TransportError:
            return False

    def get(self, path: str) -> dict[str, Any] | None:
        """Return the object or list at a path, or None where there is none."""
        return self._send(self._client.build_request("GET", path))

    def create(self, path: str, body: Mapping[str, Any]) -> None:
        """Create an object in the collection at a path."""
        self._send(self._client.build_request("POST", path, json=body))

    def merge(self, path: str, body: Mapping[str, Any]) -> None:
        """Merge a body into the object at a path."""
        headers = {"Content-Type": "application/merge-patch+json"}
        self._send(self._client.build_request("PATCH", path, json=body, headers=headers))

    def apply(self, path: str, body: str) -> dict[str, Any] | None:
        """Apply YAML to the object at a path (server-side apply), and return the object."""
        request = self._client.build_request(
            "PATCH",
            path,
            content=body,
            params={"fieldManager": _FIELD_MANAGER, "force": "true"},
            headers={"Content-Type": "application/apply-patch+yaml"},
        )
        return self._send(request)

    def delete(self, path: str) -> None:
        """Delete the object at a path, if it is there."""
        self._send(self._client.build_request("DELETE", path))

    def served(self) -> set[str]:
        """Return what is served in named groups, such as `ingresses.networking.k8s.io`."""
        request = self._client.build_request("GET", "/apis", headers={"Accept": _DISCOVERY})
        groups = (self._send(request) or {})["items"]
        return {
            f"{resource['resource']}.{group['metadata']['name']}"
            for group in groups
            for version in group["versions"]
            for resource in version.get("resources", ())
        }

    def _send(self, request: httpx.Request) -> dict[str, Any] | None:
        asked = f"{request.method} {request.url.path}"
        try:
            response = self._client.send(request)
        except httpx.TransportError as error:
            raise SimulationError(
                f"The simulated cluster's API server didn't answer {asked}: {error!r}. "
                "Run the same command again; it restarts what has ended."
            ) from error
        if response.status_code == _NOT_FOUND:
            return None
        if response.is_error:
            raise SimulationError(
                f"The simulated cluster's API server refused {asked} with status "
                f"{response.status_code}: {_reason(response)}"
            )
        answer: dict[str, Any] = response.json()
        return answer


def _reason(response: httpx.Response) -> str:
    try:
        return str(response.json()["message"])
    except (ValueError, KeyError, TypeError):
        return response.text[:500]
