"""A stand-in for the Metrics Server: the processor time that each institution's readers use.

Owns the part of ``metrics.k8s.io`` that an autoscaler asks. Doesn't own any assertion. Simulated
pods use no processors, and without this API an autoscaler with a trigger by processors never takes
a reader away.
"""

from __future__ import annotations

import json
import ssl
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from tests.components.gateway.authority import Leaf

PORT: Final = 16444
_API: Final = "metrics.k8s.io/v1beta1"
_IDLE: Final = 100
_PODS: Final = 10
_WINDOW: Final = "10s"


class Processors(ThreadingHTTPServer):
    """The API.

    Attributes:
        used: thousandths of a processor that each reader of an institution uses; else few.
    """

    daemon_threads = True

    def __init__(self, leaf: Leaf) -> None:
        self.used: dict[str, int] = {}
        super().__init__(("127.0.0.1", PORT), _Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(leaf.certificate, leaf.key)
        self.socket = context.wrap_socket(
            self.socket, server_side=True, do_handshake_on_connect=False
        )

    def answer(self, path: str) -> dict[str, Any] | None:
        """What is at a path; None: nothing."""
        match path.partition("?")[0].strip("/").split("/"):
            case ["apis", "metrics.k8s.io", "v1beta1"]:
                return _discovery()
            case ["apis", "metrics.k8s.io", "v1beta1", "namespaces", namespace, "pods"]:
                used = self.used.get(namespace, _IDLE)
                items = [_pod(namespace, f"readers-{number}", used) for number in range(_PODS)]
                return {
                    "apiVersion": _API,
                    "kind": "PodMetricsList",
                    "metadata": {},
                    "items": items,
                }
        return None


def _discovery() -> dict[str, Any]:
    pods = {"name": "pods", "singularName": "", "namespaced": True, "kind": "PodMetrics"}
    return {
        "apiVersion": "v1",
        "kind": "APIResourceList",
        "groupVersion": _API,
        "resources": [{**pods, "verbs": ["get", "list"]}],
    }


def _pod(namespace: str, name: str, used: int) -> dict[str, Any]:
    return {
        "metadata": {"name": name, "namespace": namespace},
        "timestamp": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "window": _WINDOW,
        "containers": [{"name": "dicoogle", "usage": {"cpu": f"{used}m", "memory": "1Gi"}}],
    }


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Processors

    def do_GET(self) -> None:
        found = self.server.answer(self.path)
        body = json.dumps(found or {}).encode()
        self.send_response(404 if found is None else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:  # noqa: ANN401 - the library's
        """Say nothing."""
