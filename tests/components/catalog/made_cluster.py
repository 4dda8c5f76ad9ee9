"""Platforms whose cluster the program makes of bare machines, over SSH.

Owns the smallest good one and host keys. Doesn't own any assertion.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any

from components.catalog.platform import Platform
from tests.components.builders import good_platform, machine


def host_key(kind: str, *parts: bytes) -> str:
    """A line of a host key of this type, made of these parts."""
    blob = b"".join(len(part).to_bytes(4) + part for part in (kind.encode(), *parts))
    return f"{kind} {base64.b64encode(blob).decode()}"


def ed25519(number: int) -> str:
    """The host key of a machine by its number, 1 or more."""
    return host_key("ssh-ed25519", bytes([number]) * 32)


def made_platform(controls: Sequence[str] = ("lisbon",), **cluster: Any) -> dict[str, Any]:  # noqa: ANN401 - YAML
    """Three workers, and a control plane in each data centre named; keywords are cluster's."""
    platform = good_platform()
    workers = [
        {**machine(f"worker-{name}", name), "devices": _devices(name)}
        for name in platform["dataCentres"]
    ]
    planes = [
        {**machine(f"control-{number}", name), "role": "control-plane"}
        for number, name in enumerate(controls, start=1)
    ]
    platform["machines"] = [
        {**each, "address": f"10.20.0.{number}", "hostKey": ed25519(number)}
        for number, each in enumerate([*planes, *workers], start=1)
    ]
    platform["cluster"] = {"kind": "machines", **cluster}
    return platform


def parsed(platform: Mapping[str, Any]) -> Platform:
    """The platform as the catalogue takes it, not yet cross-checked."""
    return Platform.model_validate(platform)


def _devices(name: str) -> list[dict[str, str]]:
    return [{"name": f"/dev/disk/by-id/nvme-{name}", "size": "48Ti", "class": "ssd"}]
