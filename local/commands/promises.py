"""``promises``: what each institution was promised; with a Prometheus also what is kept.

Owns what is printed and the asking. Doesn't own which promises there are
(:mod:`components.monitoring.promised`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import httpx
from rich import box
from rich.console import Console
from rich.table import Table

from components.monitoring.fulfilment import KEPT, OBSERVED, Fulfilment, figure
from components.monitoring.promised import fulfilments
from local.commands.environment import Environment
from local.commands.failure import CommandFailed

_PATIENCE: Final = 10
Told = Mapping[tuple[str, str], float]
"""A metric's values by institution and promise."""


def show(environment: Environment, prometheus: str) -> None:
    """Print all promises. Raises CommandFailed where one is known to be broken."""
    observed, kept = ({}, {}) if not prometheus else _ask(prometheus)
    more = ("Observed", "Kept") if prometheus else ()
    table = Table("Institution", "Promise", "Required", *more, "Meaning", box=box.SIMPLE_HEAD)
    broken = []
    for name in environment.institutions:
        for each in _promised(environment, name):
            key = name, each.promise
            live = (_figure(each, observed.get(key)), _kept(each, kept.get(key)))
            required = figure(each, each.required)
            table.add_row(name, each.promise, required, *(live if more else ()), each.words)
            broken += [f"{name}'s {each.promise}"] if kept.get(key) == 0 else []
    Console().print(table)
    if prometheus and not kept:
        raise CommandFailed(
            f"{prometheus} knows no promise: is it {environment.name}'s, and does it take the "
            "institutions' rules?"
        )
    if broken:
        raise CommandFailed(f"broken: {', '.join(broken)}; docs/runbooks/ says what to look at.")


def _promised(environment: Environment, name: str) -> tuple[Fulfilment, ...]:
    institution = environment.catalog.institutions[name]
    return fulfilments(name, institution, environment.placement.of[name].name)


def _figure(each: Fulfilment, value: float | None) -> str:
    return "-" if value is None else figure(each, value)


def _kept(each: Fulfilment, value: float | None) -> str:
    if each.observed is None:
        return "no exporter tells"
    return "unknown" if value is None else ("kept" if value else "BROKEN")


def _ask(prometheus: str) -> tuple[Told, Told]:
    with httpx.Client(base_url=prometheus, timeout=_PATIENCE) as client:
        return _told(client, OBSERVED), _told(client, KEPT)


def _told(client: httpx.Client, metric: str) -> Told:
    try:
        answer = client.get("/api/v1/query", params={"query": metric}).raise_for_status().json()
        found = answer["data"]["result"]
        return {
            (each["metric"]["institution"], each["metric"]["promise"]): float(each["value"][1])
            for each in found
        }
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise CommandFailed(
            f"{client.base_url} doesn't answer as a Prometheus: {error}; give its base address, "
            "for example PROMETHEUS=http://127.0.0.1:9090 after a kubectl port-forward."
        ) from error
    except (KeyError, TypeError, ValueError) as error:
        raise CommandFailed(
            f"{client.base_url} answered {metric} with something that isn't Prometheus's: "
            f"{error!r}."
        ) from error
