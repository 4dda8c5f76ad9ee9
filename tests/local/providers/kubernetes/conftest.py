"""A real API server over a real etcd, on loopback, where IMAGING_TOOLS names their folder."""

import os
import secrets
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import asyncssh
import httpx
import pytest
import yaml

from local.providers.kubernetes.cluster import Cluster
from local.providers.kubernetes.kubeconfig import connect
from local.providers.kubernetes.objects import ObjectRef
from local.providers.kubernetes.settings import Settings
from tests.local.providers.kubernetes.driver import Driver

_START_SECONDS = 60
_POWERLESS = "powerless"  # the token of a user without any right


@pytest.fixture(scope="session")
def kubeconfig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the content of a kubeconfig with every right."""
    tools = Path(os.environ.get("IMAGING_TOOLS", "/nonexistent"))
    missing = [name for name in ("etcd", "kube-apiserver") if not (tools / name).is_file()]
    if missing:
        pytest.skip(f"IMAGING_TOOLS names no folder with {' and '.join(missing)}")
    with ExitStack() as stack:
        folder = tmp_path_factory.mktemp("control-plane")
        etcd = stack.enter_context(_etcd(tools / "etcd", folder))
        yield stack.enter_context(_api_server(tools / "kube-apiserver", folder, etcd))


@pytest.fixture
def driver(kubeconfig: str) -> Iterator[Driver]:
    """Give a provider of that API server."""
    with closing(Driver(kubeconfig=kubeconfig)) as driver:
        yield driver


@pytest.fixture
def powerless(kubeconfig: str) -> Iterator[Driver]:
    """Give a provider whose user may do nothing."""
    content = yaml.safe_load(kubeconfig)
    content["users"][0]["user"]["token"] = _POWERLESS
    with closing(Driver(kubeconfig=yaml.safe_dump(content))) as driver:
        yield driver


@pytest.fixture(scope="session")
def cluster(kubeconfig: str) -> Iterator[Cluster]:
    """Give another way to that API server, to look and to interfere."""
    with closing(Cluster(connect(Settings(kubeconfig=kubeconfig)))) as cluster:
        yield cluster


@pytest.fixture
def namespace(cluster: Cluster) -> str:
    """Give a namespace of the test's own."""
    name = f"test-{secrets.token_hex(4)}"
    ref = ObjectRef("v1", "Namespace", "", name)
    manifest = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
    cluster.apply(ref, manifest, "tests", force=False, dry_run=False)
    return name


@contextmanager
def _etcd(binary: Path, folder: Path) -> Iterator[str]:
    client, peer = (f"http://127.0.0.1:{_free_port()}" for _ in range(2))
    arguments = [
        f"--data-dir={folder / 'etcd'}",
        f"--listen-client-urls={client}",
        f"--advertise-client-urls={client}",
        f"--listen-peer-urls={peer}",
        f"--initial-advertise-peer-urls={peer}",
        f"--initial-cluster=default={peer}",
        "--unsafe-no-fsync",
    ]
    with _running(binary, arguments, folder):
        _wait_for(f"{client}/health", folder)
        yield client


@contextmanager
def _api_server(binary: Path, folder: Path, etcd: str) -> Iterator[str]:
    token, port = secrets.token_hex(16), _free_port()
    users = f'{token},tester,tester,"system:masters"\n{_POWERLESS},powerless,powerless\n'
    (folder / "tokens.csv").write_text(users)
    key = asyncssh.generate_private_key("ssh-rsa")
    (folder / "accounts.key").write_bytes(key.export_private_key("pkcs1-pem"))
    arguments = [
        f"--etcd-servers={etcd}",
        "--bind-address=127.0.0.1",
        f"--secure-port={port}",
        f"--cert-dir={folder / 'certificates'}",
        f"--token-auth-file={folder / 'tokens.csv'}",
        "--authorization-mode=RBAC",
        "--service-cluster-ip-range=10.0.0.0/24",
        "--service-account-issuer=https://kubernetes.default.svc",
        f"--service-account-key-file={folder / 'accounts.key'}",
        f"--service-account-signing-key-file={folder / 'accounts.key'}",
        "--disable-admission-plugins=ServiceAccount",
    ]
    server = f"https://127.0.0.1:{port}"
    with _running(binary, arguments, folder):
        _wait_for(f"{server}/readyz", folder)
        yield _kubeconfig(server, token, folder / "certificates" / "apiserver.crt")


def _kubeconfig(server: str, token: str, authority: Path) -> str:
    cluster = {"server": server, "certificate-authority": str(authority)}
    return yaml.safe_dump(
        {
            "current-context": "test",
            "contexts": [{"name": "test", "context": {"cluster": "test", "user": "test"}}],
            "clusters": [{"name": "test", "cluster": cluster}],
            "users": [{"name": "test", "user": {"token": token}}],
        }
    )


@contextmanager
def _running(binary: Path, arguments: list[str], folder: Path) -> Iterator[None]:
    with (
        (folder / f"{binary.name}.log").open("wb") as log,
        subprocess.Popen([binary, *arguments], stdout=log, stderr=log) as process,
    ):
        try:
            yield
        finally:
            process.kill()


def _wait_for(address: str, folder: Path) -> None:
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end:
        try:
            if httpx.get(address, verify=False, trust_env=False).is_success:  # noqa: S501 our own, just started
                return
        except httpx.HTTPError:
            time.sleep(0.1)
    pytest.fail(f"Nothing healthy at {address}; the logs are in {folder}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
