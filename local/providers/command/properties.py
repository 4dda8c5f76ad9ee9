"""Checking a resource's inputs against the closed set of properties, and filling in defaults.

Owns the names, types and defaults, as in the schema of pulumi-command 1.2.1, and the refusal of
what this stand-in does not do. It reads no file and knows no connection; values that a preview
can't know yet pass.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from local.providers.command.sources import refusal
from local.providers.values import UNKNOWN, Secret, reveal

LOCAL_COMMAND: Final = "command:local:Command"
REMOTE_COMMAND: Final = "command:remote:Command"
COPY_TO_REMOTE: Final = "command:remote:CopyToRemote"
RUN: Final = "command:local:run"

_CONNECTION_DEFAULTS: Final = {
    "user": "root",
    "port": 22,
    "dialErrorLimit": 10,
    "perDialTimeout": 15,
}
_LOGGING: Final = ("stdout", "stderr", "stdoutAndStderr", "none")


@dataclass(frozen=True)
class Failure:
    """One thing that is wrong with a property, in a sentence."""

    property: str
    reason: str


@dataclass(frozen=True)
class _Type:
    """What a property takes, in words and as a test of a revealed, known value."""

    words: str
    accepts: Callable[[Any], bool]


def _is_text(value: Any) -> bool:  # noqa: ANN401 JSON-like
    return value is UNKNOWN or isinstance(value, str)


def _is_whole(value: Any, least: int, most: float) -> bool:  # noqa: ANN401 JSON-like
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


_TEXT: Final = _Type("a text", _is_text)
_FLAG: Final = _Type("true or false", lambda value: isinstance(value, bool))
_TEXTS: Final = _Type("a list of texts", lambda v: isinstance(v, list) and all(map(_is_text, v)))
_LIST: Final = _Type("a list", lambda value: isinstance(value, list))
_MAP: Final = _Type(
    "a map of texts", lambda v: isinstance(v, Mapping) and all(map(_is_text, v.values()))
)
_LOG: Final = _Type(f"one of {', '.join(_LOGGING)}", lambda value: value in _LOGGING)
_PORT: Final = _Type("a whole number from 1 to 65535", lambda v: _is_whole(v, 1, 65535))
_LIMIT: Final = _Type("a whole number, or -1 for no limit", lambda v: _is_whole(v, -1, 2**31))
_SECONDS: Final = _Type("whole seconds, or 0 for no limit", lambda v: _is_whole(v, 0, 2**31))
_OBJECT: Final = _Type("a map of properties", lambda value: isinstance(value, Mapping))

_PROXY: Final = {
    "host": _TEXT,
    "user": _TEXT,
    "port": _PORT,
    "password": _TEXT,
    "privateKey": _TEXT,
    "privateKeyPassword": _TEXT,
    "agentSocketPath": _TEXT,
    "hostKey": _TEXT,
    "dialErrorLimit": _LIMIT,
    "perDialTimeout": _SECONDS,
}
_CONNECTION: Final = {**_PROXY, "proxy": _OBJECT}
_STEPS: Final = {"create": _TEXT, "update": _TEXT, "delete": _TEXT, "triggers": _LIST}
_ANY_RUN: Final = {
    "stdin": _TEXT,
    "logging": _LOG,
    "environment": _MAP,
    "addPreviousOutputInEnv": _FLAG,
}
_LOCAL_RUN: Final = {**_ANY_RUN, "dir": _TEXT, "interpreter": _TEXTS}
_UNSUPPORTED: Final = {"assetPaths", "archivePaths"}


@dataclass(frozen=True)
class _Schema:
    properties: Mapping[str, _Type]
    required: tuple[str, ...] = ()


_SCHEMAS: Final = {
    LOCAL_COMMAND: _Schema({**_STEPS, **_LOCAL_RUN}),
    RUN: _Schema({"command": _TEXT, **_LOCAL_RUN}, ("command",)),
    REMOTE_COMMAND: _Schema({"connection": _OBJECT, **_STEPS, **_ANY_RUN}, ("connection",)),
    COPY_TO_REMOTE: _Schema(
        {"connection": _OBJECT, "source": _OBJECT, "remotePath": _TEXT, "triggers": _LIST},
        ("connection", "source", "remotePath"),
    ),
}


def check(token: str, inputs: Mapping[str, Any]) -> tuple[dict[str, Any], list[Failure]]:
    """Give the inputs with their defaults, and everything that is wrong with them.

    A connection comes back secret as a whole, with the defaults of the official plugin's schema.
    """
    given = {
        name: value
        for name, value in inputs.items()
        if reveal(value) is not None and not name.startswith("__")
    }
    failures = list(_failures(given, _SCHEMAS[token], ""))
    if "connection" in given:
        connection = reveal(given["connection"])
        failures += _connection_failures(connection)
        given["connection"] = Secret(_with_defaults(connection))
    if isinstance(source := reveal(given.get("source")), Mapping) and (reason := refusal(source)):
        failures.append(Failure("source", reason))
    return given, failures


def _connection_failures(connection: Any) -> Iterator[Failure]:  # noqa: ANN401 JSON-like
    if not isinstance(connection, Mapping):
        return
    yield from _failures(connection, _Schema(_CONNECTION, ("host",)), "connection.")
    if isinstance(proxy := connection.get("proxy"), Mapping):
        yield from _failures(proxy, _Schema(_PROXY, ("host",)), "connection.proxy.")


def _with_defaults(connection: Any) -> Any:  # noqa: ANN401 JSON-like
    if not isinstance(connection, Mapping):
        return connection
    given = {name: value for name, value in connection.items() if value is not None}
    if "proxy" in given:
        given["proxy"] = _with_defaults(given["proxy"])
    return {**_CONNECTION_DEFAULTS, **given}


def _failures(given: Mapping[str, Any], schema: _Schema, prefix: str) -> Iterator[Failure]:
    for name in schema.required:
        if given.get(name) is None:
            yield Failure(prefix + name, f"`{prefix}{name}` is missing; it is required.")
    for name, value in given.items():
        if reason := _refusal(name, value, schema, prefix):
            yield Failure(prefix + name, reason)


def _refusal(name: str, value: Any, schema: _Schema, prefix: str) -> str | None:  # noqa: ANN401 JSON-like
    if name in _UNSUPPORTED:
        return (
            f"`{name}` is not supported by the stand-in command plugin; install the official "
            "plugin (version 1.2.1), or let the command print what is needed."
        )
    wanted = schema.properties.get(name)
    if wanted is None:
        nearest = difflib.get_close_matches(name, schema.properties, n=1)
        hint = f"did you mean `{nearest[0]}`?" if nearest else "remove it."
        return f"`{prefix}{name}` is not a property of this resource; {hint}"
    known = reveal(value)
    if known is None or known is UNKNOWN or wanted.accepts(known):
        return None
    # A connection is secret as a whole, so its values never show, only their types.
    shown = "a secret" if isinstance(value, Secret) else _describe(known, hidden=bool(prefix))
    return f"`{prefix}{name}` is {shown}; it takes {wanted.words}."


def _describe(value: Any, *, hidden: bool) -> str:  # noqa: ANN401 JSON-like
    match value:
        case str():
            return "a text" if hidden else repr(value)
        case Mapping():
            return "a map"
        case list():
            return "a list"
        case _:
            return "another value" if hidden else repr(value)
