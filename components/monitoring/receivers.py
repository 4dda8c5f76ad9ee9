"""The secrets of those who hear of alerts, and where they lie.

Owns the Secret that Alertmanager mounts. Doesn't own who hears of what
(:mod:`components.catalog.alerting`), nor Alertmanager's configuration
(:mod:`components.monitoring.alertmanager`): addresses that hold a token and passwords stand in
files of the Secret, never in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import pulumi

from components.catalog.alerting import Receiver
from components.catalog.stack_files import RECEIVERS_KEY
from components.manifests import Manifest
from components.monitoring.names import platform_metadata

SECRET: Final = "alert-receivers"  # noqa: S105 - the object's name


def secret(receivers: Sequence[Receiver], values: pulumi.Input[Mapping[str, str]]) -> Manifest:
    """Build the Secret with a file for each receiver that needs one.

    Raises ValueError as :func:`files`, where values are known already.
    """
    data: pulumi.Input[Mapping[str, str]] = (
        values.apply(lambda known: files(receivers, known))
        if isinstance(values, pulumi.Output)
        else files(receivers, values)  # type: ignore[arg-type]  # an Input is a value or an Output
    )
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": platform_metadata(SECRET),
        "type": "Opaque",
        "stringData": data,
    }


def files(receivers: Sequence[Receiver], values: Mapping[str, str] | None) -> dict[str, str]:
    """Take from the stack's secret what receivers need, one file each.

    Raises ValueError where one is missing or nobody needs it; the value itself is never shown.
    """
    given = values or {}
    needed = [each.name for each in receivers if each.needs_secret]
    for name in needed:
        if not isinstance(given.get(name), str) or not given[name].strip():
            raise ValueError(
                f"{RECEIVERS_KEY}.{name} is missing; receiver {name} needs its web address or "
                f"password: pulumi config set --secret --path '{RECEIVERS_KEY}.{name}'"
            )
    for name in sorted(set(given) - set(needed)):
        raise ValueError(
            f"{RECEIVERS_KEY}.{name}: no receiver of that name needs a secret; remove it"
        )
    return {name: given[name].strip() for name in needed}
