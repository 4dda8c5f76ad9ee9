"""Runs a real Envoy on loopback with the rendered configuration.

Owns the process, and the few values that differ on loopback: addresses, ports, folders. Whatever
decides (filters, rules, timeouts, limits) stays as rendered. Doesn't own any assertion.
"""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx

from components.gateway.envoy import bootstrap
from components.gateway.pod import arguments
from components.gateway.spec import GatewaySpec
from tests.components.gateway.authority import Leaf

Address = tuple[str, int]
ENVOY: Final = str(Path(sys.executable).with_name("envoy"))
_PATIENCE: Final = 30.0


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def mortal(*command: str) -> list[str]:
    """Make a command end with us, also when we are killed."""
    return ["setpriv", "--pdeathsig=KILL", "--", *command]


@dataclass
class Envoy:
    """A running Envoy.

    Attributes:
        folder: its files.
        ports: its ports by the listener's name.
        process: itself.
    """

    folder: Path
    ports: Mapping[str, int]
    process: subprocess.Popen[bytes]

    def admin(self, method: str, path: str) -> httpx.Response:
        """Ask its administration, which only this folder's owner reaches."""
        socket_file = str(self.folder / "run" / "admin.sock")
        with httpx.Client(transport=httpx.HTTPTransport(uds=socket_file)) as client:
            return client.request(method, f"http://admin{path}")

    def stat(self, name: str) -> int:
        """A counter's or gauge's value; 0 while it has none."""
        found = self.admin("GET", f"/stats?format=json&filter=^{name}$").json()["stats"]
        return sum(int(each["value"]) for each in found)

    def log(self) -> list[dict[str, Any]]:
        """The access log, flushed."""
        self.admin("POST", "/reopen_logs")
        lines = (self.folder / "output").read_text().splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]


@dataclass(frozen=True)
class Setting:
    """What a test changes of a rendered configuration.

    Attributes:
        spec: the gateway.
        server: its certificate.
        trusted: its authority's certificate.
        upstreams: addresses by cluster; a name is resolved by ``resolver``.
        resolver: the port of a DNS server.
        drain: seconds of the drain.
        defaults: whether Envoy's own defaults replace balancing, health, retries and limits.
    """

    spec: GatewaySpec
    server: Leaf
    trusted: Path
    upstreams: Mapping[str, Sequence[Address]] = field(default_factory=dict)
    resolver: int | None = None
    drain: str = "180s"
    defaults: bool = False


def localised(setting: Setting, folder: Path) -> tuple[dict[str, Any], dict[str, int]]:
    """The rendered bootstrap with loopback's addresses, and the ports by listener."""
    files = bootstrap.files(setting.spec)
    for name, text in files.items():
        (folder / "envoy" / name).write_text(_moved(text, folder))
    config = json.loads((folder / "envoy" / bootstrap.BOOTSTRAP_FILE).read_text())
    ports = {}
    for listener in config["static_resources"]["listeners"]:
        ports[listener["name"]] = free_port()
        address = {"address": "127.0.0.1", "port_value": ports[listener["name"]]}
        listener["address"] = {"socket_address": address}
    for cluster in config["static_resources"]["clusters"]:
        if cluster["name"] != "admin":
            _point(cluster, setting.upstreams.get(cluster["name"], [("127.0.0.1", 1)]))
    if setting.resolver is not None:
        config["typed_dns_resolver_config"] = _resolver(setting.resolver)
    if setting.defaults:
        _forget(config)
    text = json.dumps(config).replace('"180s"', f'"{setting.drain}"')
    (folder / "envoy" / bootstrap.BOOTSTRAP_FILE).write_text(text)
    return config, ports


def _moved(text: str, folder: Path) -> str:
    return text.replace("/etc/gateway", str(folder)).replace("/run/gateway", f"{folder}/run")


def _point(cluster: dict[str, Any], addresses: Sequence[Address]) -> None:
    cluster["load_assignment"]["endpoints"][0]["lb_endpoints"] = [
        {"endpoint": {"address": {"socket_address": {"address": host, "port_value": port}}}}
        for host, port in addresses
    ]


def _resolver(port: int) -> dict[str, Any]:
    server = {"socket_address": {"address": "127.0.0.1", "port_value": port}}
    kind = "type.googleapis.com/envoy.extensions.network.dns_resolver.cares.v3"
    config = {"@type": f"{kind}.CaresDnsResolverConfig", "resolvers": [server]}
    return {"name": "envoy.network.dns_resolver.cares", "typed_config": config}


def _forget(config: dict[str, Any]) -> None:
    """Take away what the research's case D added."""
    ours = ("lb_policy", "least_request_lb_config", "health_checks", "outlier_detection")
    for cluster in config["static_resources"]["clusters"]:
        for key in (*ours, "circuit_breakers", "common_lb_config", "ignore_health_on_host_removal"):
            cluster.pop(key, None)
    for listener in config["static_resources"]["listeners"]:
        for each in listener["filter_chains"][0]["filters"]:
            hosts = each["typed_config"].get("route_config", {}).get("virtual_hosts", [])
            for host in hosts:
                host.pop("retry_policy", None)


@contextmanager
def running(setting: Setting, folder: Path) -> Iterator[Envoy]:
    """Start Envoy with the arguments of the pod, wait until it is ready, and end it."""
    for name in ("envoy", "tls", "run"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    install(setting.server, setting.trusted, folder / "tls")
    _, ports = localised(setting, folder)
    command = mortal(ENVOY, *arguments(str(folder / "envoy" / bootstrap.BOOTSTRAP_FILE)))
    with (folder / "output").open("wb") as output, (folder / "errors").open("wb") as errors:
        process = subprocess.Popen(command, stdout=output, stderr=errors)
        try:
            _wait(process, ports["stats"], folder / "errors")
            yield Envoy(folder, ports, process)
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def install(server: Leaf, trusted: Path, folder: Path) -> None:
    """Lay the certificates as cert-manager's Secret is mounted: behind a link that is swapped."""
    version = folder / f"..{time.monotonic_ns()}"
    version.mkdir()
    shutil.copy(server.certificate, version / "tls.crt")
    shutil.copy(server.key, version / "tls.key")
    shutil.copy(trusted, version / "ca.crt")
    swap = folder / "..swap"
    swap.symlink_to(version.name)
    swap.rename(folder / "..data")
    for name in ("tls.crt", "tls.key", "ca.crt"):
        link = folder / name
        if not link.is_symlink():
            link.symlink_to(f"..data/{name}")


def _wait(process: subprocess.Popen[bytes], port: int, errors: Path) -> None:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        assert process.poll() is None, errors.read_text()[-3000:]
        try:
            if httpx.get(f"http://127.0.0.1:{port}/ready").is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.05)
    raise TimeoutError(f"Envoy isn't ready after {_PATIENCE:.0f} s: {errors.read_text()[-3000:]}")
