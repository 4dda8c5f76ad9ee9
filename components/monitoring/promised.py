"""All promises of an institution, each with the PromQL that observes it.

Owns that list. Doesn't own the form (:mod:`components.monitoring.fulfilment`), nor the alerts on
the same facts, which say more of the cause (:mod:`components.monitoring.burn_rates`,
:mod:`components.monitoring.archive_alerts`), nor how promises are printed (``make promises``).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from components.catalog import Survive, Where
from components.catalog.institution import Grant, Institution
from components.monitoring import signals
from components.monitoring.fulfilment import Fulfilment
from components.monitoring.names import SCALED
from components.monitoring.watch_spec import Promises, promises

_PLACE: Final = "filesystem|role|crush_root|device_class"
_SPREAD: Final = (
    "failure_domain|sub_failure_domain|copies_per_domain|min_size|data_chunks|coding_chunks"
)
_IN_TIME: Final = 95
_MILLISECOND: Final = timedelta(milliseconds=1)
_BLOCKS: Final = "0.99"
"""A volume tells its size in blocks, so a little less than was asked for."""


def fulfilments(name: str, institution: Institution, filesystem: str) -> tuple[Fulfilment, ...]:
    """List all promises of an institution whose examinations lie in that filesystem."""
    return (
        *_storage(institution, filesystem),
        _capacity(name, institution),
        *_recovery(institution),
        *_service(name, promises(institution)),
        *_access(institution),
    )


def _storage(institution: Institution, filesystem: str) -> tuple[Fulfilment, ...]:
    promise = institution.replication
    everywhere = promise.where is Where.ALL_DATA_CENTRES
    place = "in every data centre" if everywhere else f"in {institution.home} only"
    lost = f"the loss of a {promise.survive} loses nothing"
    spread = Fulfilment("survival", lost, 1, "", _as_promised(filesystem, _SPREAD))
    return (
        Fulfilment("residency", f"stored {place}", 1, "", _as_promised(filesystem, _PLACE)),
        Fulfilment(
            "copies", "of every object, at least", promise.copies, "copies", _copies(filesystem)
        ),
        *([] if promise.survive is Survive.NONE else [spread]),
    )


def _as_promised(filesystem: str, properties: str) -> str:
    only = f'filesystem="{filesystem}",property=~"{properties}"'
    return f"min(imaging_pool_promise_kept{{{only}}})"


def _copies(filesystem: str) -> str:
    """The fewest of any pool; k + m chunks are worth m + 1 copies: as many losses lose nothing."""
    size, data, coding = (
        f'imaging_pool_observed{{filesystem="{filesystem}",property="{name}"}}'
        for name in ("size", "data_chunks", "coding_chunks")
    )
    whole = f"({size} unless on (pool) {data} > 0)"
    return f"min({whole} or ({coding} + 1 and on (pool) {data} > 0))"


def _capacity(name: str, institution: Institution) -> Fulfilment:
    sizes = signals.volumes(name, "capacity")
    return Fulfilment(
        "capacity",
        "images and index together, before copies",
        institution.capacity,
        "bytes",
        f"sum({sizes}) and on () count({sizes}) == 2",
        _BLOCKS,
    )


def _recovery(institution: Institution) -> tuple[Fulfilment, ...]:
    if institution.recovery_point is None:
        return ()
    hours = institution.recovery_point.total_seconds() / 3600
    return (
        Fulfilment(
            "recovery-point", "between two snapshots, at most", hours, "hours", None, at_most=True
        ),
    )


def _service(name: str, promised: Promises) -> tuple[Fulfilment, ...]:
    only = f'{{institution="{name}"}}'
    longest = signals.WINDOWS[-1]
    return (
        Fulfilment(
            "latency",
            f"answered within {promised.p95 / _MILLISECOND:g} ms, over {longest}",
            _IN_TIME,
            "%",
            f"100 * (1 - {signals.SLOW}{longest}{only})",
        ),
        Fulfilment(
            "availability",
            f"requests that succeed, over {longest}",
            promised.availability,
            "%",
            f"100 * (1 - {signals.ERRORS}{longest}{only})",
        ),
        Fulfilment(
            "readers",
            "ready, at least",
            promised.readers.min,
            "readers",
            f"sum({signals.ready(name, SCALED)})",
        ),
    )


def _access(institution: Institution) -> tuple[Fulfilment, ...]:
    """List what other institutions may do; nothing observes that it is all they can do."""
    return tuple(
        Fulfilment(f"access-{grant.institution}", f"{_joined(grant)} and nothing else", 1, "", None)
        for grant in institution.access
    )


def _joined(grant: Grant) -> str:
    return f"{grant.institution} may {', '.join(deed.value for deed in grant.may)}"
