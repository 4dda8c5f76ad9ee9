"""The API server's REST interface: get, list, apply, delete, and which kinds there are.

Owns requests and the typing of their failures. Waiting, retrying and explaining are elsewhere.

Source: https://kubernetes.io/docs/reference/using-api/api-concepts/.
"""

import ipaddress
import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

from local.providers.kubernetes.kubeconfig import Connection
from local.providers.kubernetes.objects import Manifest, ObjectRef

# An apply may run admission webhooks, which may take 30 s each.
_TIMEOUT: Final = httpx.Timeout(90, connect=5)
_LIMITS: Final = httpx.Limits(max_connections=64, max_keepalive_connections=16)
_APPLY: Final = "application/apply-patch+yaml"


class UnreachableError(Exception):
    """No answer from the API server; the message names its address and the reason."""


class KindMissingError(Exception):
    """The API server has no such kind (yet): its CRD isn't there."""


class ApiError(Exception):
    """The API server refused.

    Attributes:
        code: HTTP status.
        reason: Kubernetes' machine-readable reason, such as ``Invalid``; perhaps empty.
        details: Kubernetes' ``Status.details``, with its ``causes``.

    """

    def __init__(self, code: int, status: Mapping[str, Any]) -> None:
        """Take a ``Status`` object apart."""
        super().__init__(str(status.get("message") or f"HTTP status {code}"))
        self.code = code
        self.reason = str(status.get("reason") or "")
        self.details: Mapping[str, Any] = status.get("details") or {}

    @property
    def causes(self) -> list[Mapping[str, str]]:
        """Give the single causes, each with ``reason``, ``message`` and ``field``."""
        return self.details.get("causes") or []


@dataclass(frozen=True)
class Answer:
    """An object as the server answered it, with its warnings."""

    object: Manifest
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Kind:
    plural: str
    namespaced: bool


class Cluster:
    """One API server, safe to use from many threads.

    Every method raises `UnreachableError` or `ApiError`; those that take a kind raise
    `KindMissingError` too.
    """

    def __init__(self, connection: Connection) -> None:
        """Prepare; nothing is sent before the first request."""
        self.server = connection.server
        self.namespace = connection.namespace
        extensions = {"sni_hostname": connection.server_name} if connection.server_name else {}
        self._extensions = extensions
        self._http = httpx.Client(
            base_url=connection.server,
            verify=connection.tls,
            headers={"Accept": "application/json", **connection.headers},
            timeout=_TIMEOUT,
            limits=_LIMITS,
            proxy=connection.proxy,
            trust_env=not _is_loopback(connection.server),
        )
        self._kinds: dict[str, dict[str, _Kind]] = {}
        self._lock = threading.Lock()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def is_namespaced(self, api_version: str, kind: str) -> bool:
        """Tell whether objects of this kind live in a namespace."""
        return self._kind(api_version, kind).namespaced

    def forget_kinds(self) -> None:
        """Look the kinds up again: a CRD came or went."""
        with self._lock:
            self._kinds.clear()

    def get(self, ref: ObjectRef) -> Manifest | None:
        """Read an object; None when it doesn't exist."""
        try:
            return self._request("GET", self._path(ref)).object
        except ApiError as error:
            if error.code == HTTPStatus.NOT_FOUND:
                return None
            raise

    def list_objects(
        self, api_version: str, kind: str, namespace: str, **query: str
    ) -> list[Manifest]:
        """Read the objects of a kind in a namespace, by ``labelSelector`` or ``fieldSelector``."""
        path = self._path(ObjectRef(api_version, kind, namespace, ""))
        items = self._request("GET", path, query).object.get("items") or []
        # A list's items come without their kind.
        return [{"apiVersion": api_version, "kind": kind, **item} for item in items]

    def apply(
        self, ref: ObjectRef, manifest: Manifest, manager: str, *, force: bool, dry_run: bool
    ) -> Answer:
        """Apply on the server's side; unknown fields are refused."""
        query = {"fieldManager": manager, "fieldValidation": "Strict", "force": str(force).lower()}
        if dry_run:
            query["dryRun"] = "All"
        return self._request("PATCH", self._path(ref), query, manifest)

    def delete(self, ref: ObjectRef, propagation: str) -> None:
        """Ask for deletion; nothing happens when the object is gone already."""
        try:
            self._request("DELETE", self._path(ref), {"propagationPolicy": propagation})
        except ApiError as error:
            if error.code != HTTPStatus.NOT_FOUND:
                raise

    def _path(self, ref: ObjectRef) -> str:
        kind = self._kind(ref.api_version, ref.kind)
        scope = f"/namespaces/{ref.namespace or self.namespace}" if kind.namespaced else ""
        name = f"/{ref.name}" if ref.name else ""
        return f"{_root(ref.api_version)}{scope}/{kind.plural}{name}"

    def _kind(self, api_version: str, kind: str) -> _Kind:
        with self._lock:
            known = self._kinds.get(api_version, {}).get(kind)
        if known:
            return known
        try:
            found = self._request("GET", _root(api_version)).object.get("resources") or []
        except ApiError as error:
            if error.code != HTTPStatus.NOT_FOUND:
                raise
            found = []
        kinds = {
            entry["kind"]: _Kind(entry["name"], entry["namespaced"])
            for entry in found
            if "/" not in entry["name"]  # a subresource
        }
        if kind not in kinds:
            raise KindMissingError(
                f"The API server {self.server} has no kind {kind} in {api_version}. "
                "Is its CustomResourceDefinition installed?"
            )
        with self._lock:
            self._kinds[api_version] = kinds
        return kinds[kind]

    def _request(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None = None,
        body: Manifest | None = None,
    ) -> Answer:
        try:
            response = self._http.request(
                method,
                path,
                params=query,
                content=None if body is None else json.dumps(body),
                headers=None if body is None else {"Content-Type": _APPLY},
                extensions=self._extensions,
            )
        except httpx.HTTPError as error:
            reason = str(error) or type(error).__name__
            raise UnreachableError(
                f"The Kubernetes API server {self.server} can't be reached: {reason}."
            ) from None
        content = _content(response)
        if response.is_success:
            return Answer(content, _warnings(response))
        raise ApiError(response.status_code, content)


def _root(api_version: str) -> str:
    return f"/apis/{api_version}" if "/" in api_version else f"/api/{api_version}"


def _content(response: httpx.Response) -> Manifest:
    """Parse an answer; something else than Kubernetes may sit at the address and speak no JSON."""
    try:
        content = response.json()
    except ValueError:
        return {"message": response.text.strip()[:500]}
    return content if isinstance(content, dict) else {}


def _warnings(response: httpx.Response) -> tuple[str, ...]:
    """Give the texts of ``Warning: 299 - "text"`` headers (RFC 7234, section 5.5)."""
    headers = response.headers.get_list("Warning")
    return tuple(header.partition('"')[2].rstrip('"') for header in headers)


def _is_loopback(server: str) -> bool:
    """Tell whether a server is on this machine, where a proxy of the environment can't reach it."""
    host = urlsplit(server).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
