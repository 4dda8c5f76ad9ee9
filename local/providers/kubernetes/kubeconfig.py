"""A kubeconfig, given as content or as a path, as what an HTTP client needs.

Source: https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/. Never reads ``$KUBECONFIG``
or a file in the home directory.
"""

import base64
import binascii
import ssl
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from local.providers.kubernetes.settings import NO_KUBECONFIG, Settings


class KubeconfigError(ValueError):
    """A kubeconfig that can't be used; the message says why and names the entry."""


class KubeconfigMissingError(KubeconfigError):
    """The file isn't there (yet): the cluster may be made by the same update."""


@dataclass(frozen=True)
class Connection:
    """How to reach one API server.

    Attributes:
        server: its URL.
        tls: the context with the authority and the client's certificate.
        headers: for authorization; never shown.
        namespace: the context's, ``default`` when it names none.
        server_name: the name that the server's certificate carries, when it differs.
        proxy: URL of a proxy, when the kubeconfig names one.

    """

    server: str
    tls: ssl.SSLContext
    headers: Mapping[str, str]
    namespace: str
    server_name: str | None = None
    proxy: str | None = None


def connect(settings: Settings) -> Connection:
    """Resolve the kubeconfig of `settings`.

    Raises:
        KubeconfigError: there is none, it is malformed, or it lacks what it refers to.
        KubeconfigMissingError: a path was given, and no readable file is there.

    """
    content, folder = _load(settings.kubeconfig)
    context_name = settings.context or content.get("current-context") or ""
    context = _entry(content, "context", context_name)
    cluster = _entry(content, "cluster", settings.cluster or context.get("cluster", ""))
    user = _entry(content, "user", context["user"]) if context.get("user") else {}
    server = cluster.get("server")
    if not isinstance(server, str) or "://" not in server:
        raise KubeconfigError(f"The kubeconfig's context {context_name!r} leads to no server URL.")
    return Connection(
        server=server.rstrip("/"),
        tls=_tls(cluster, user, folder),
        headers=_authorization(cluster, user, folder),
        namespace=settings.namespace or context.get("namespace") or "default",
        server_name=cluster.get("tls-server-name"),
        proxy=cluster.get("proxy-url"),
    )


def _load(given: str) -> tuple[dict[str, Any], Path]:
    """Parse content or read a file; give it with the folder that its relative paths start from."""
    if not given:
        raise KubeconfigError(NO_KUBECONFIG)
    try:
        parsed = yaml.load(given, Loader=yaml.CSafeLoader)
        if isinstance(parsed, dict):
            return parsed, Path.cwd()
        path = Path(given).expanduser()
        parsed = yaml.load(path.read_text(), Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        raise KubeconfigError(f"The kubeconfig is no valid YAML ({_first_line(error)}).") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        shown = given if len(given) < 200 else "that was given"  # noqa: PLR2004 not a secret's text
        raise KubeconfigMissingError(f"The kubeconfig {shown} can't be read: {reason}.") from None
    if not isinstance(parsed, dict):
        raise KubeconfigError(f"The file {path} holds no kubeconfig.")
    return parsed, path.resolve().parent


def _entry(content: Mapping[str, Any], kind: str, name: str) -> dict[str, Any]:
    entries = content.get(f"{kind}s") or []
    for entry in entries:
        if entry.get("name") == name:
            return entry.get(kind) or {}
    known = ", ".join(str(entry.get("name")) for entry in entries) or "none"
    raise KubeconfigError(f"The kubeconfig has no {kind} {name!r}; it has: {known}.")


def _tls(cluster: Mapping[str, Any], user: Mapping[str, Any], folder: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    authority = _material(cluster, "certificate-authority", folder)
    certificate = _material(user, "client-certificate", folder)
    key = _material(user, "client-key", folder)
    try:
        if cluster.get("insecure-skip-tls-verify"):
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        elif authority:
            context.load_verify_locations(cadata=authority.decode())
        else:
            context.load_default_certs()
        if certificate and key:
            # The ssl module takes a chain from files only; they exist for this one call.
            with tempfile.TemporaryDirectory() as scratch:
                chain, private = Path(scratch, "chain.pem"), Path(scratch, "key.pem")
                chain.write_bytes(certificate)
                private.write_bytes(key)
                context.load_cert_chain(chain, private)
    except (ssl.SSLError, UnicodeDecodeError) as error:
        raise KubeconfigError(f"A certificate in the kubeconfig can't be used: {error}.") from None
    return context


def _material(entry: Mapping[str, Any], key: str, folder: Path) -> bytes | None:
    """Give PEM from inline base64 data or from a file."""
    if data := entry.get(f"{key}-data"):
        try:
            return base64.b64decode(data, validate=True)
        except binascii.Error:
            raise KubeconfigError(f"The kubeconfig's {key}-data is no valid base64.") from None
    return _file(folder / entry[key], key) if entry.get(key) else None


def _file(path: Path, what: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise KubeconfigError(
            f"The kubeconfig's {what} {path} can't be read: {error.strerror}."
        ) from None


def _authorization(
    cluster: Mapping[str, Any], user: Mapping[str, Any], folder: Path
) -> dict[str, str]:
    if token := user.get("token"):
        return {"Authorization": f"Bearer {token}"}
    if name := user.get("tokenFile"):
        return {"Authorization": f"Bearer {_file(folder / name, 'tokenFile').decode().strip()}"}
    if user.get("username"):
        pair = f"{user['username']}:{user.get('password', '')}".encode()
        return {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}
    if user.get("exec"):
        return {"Authorization": f"Bearer {_exec_token(cluster, user['exec'], folder)}"}
    return {}


def _exec_token(cluster: Mapping[str, Any], command: Mapping[str, Any], folder: Path) -> str:
    # Imported here: the client takes half a second to load, and few kubeconfigs run a command.
    import kubernetes.config.exec_provider as official  # noqa: PLC0415 see above
    from kubernetes.config.config_exception import ConfigException  # noqa: PLC0415 see above
    from kubernetes.config.kube_config import ConfigNode  # noqa: PLC0415 see above

    untyped: Any = official
    node: Any = ConfigNode
    settings, target = node("exec", dict(command)), node("cluster", dict(cluster))
    try:
        token = untyped.ExecProvider(settings, str(folder), target).run().get("token")
    except (ConfigException, OSError) as error:
        raise KubeconfigError(f"The kubeconfig's exec command failed: {error}") from None
    if not token:
        raise KubeconfigError("The kubeconfig's exec command gave no token.")
    return str(token)


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]
