"""Panels on an institution's archive: files and index, volumes, pools, certificates.

Owns what they show, for the institution's dashboard. Doesn't own conditions of alerts, whose limits
they borrow (:mod:`components.monitoring.archive_alerts`).
"""

from __future__ import annotations

from typing import Final

from components import naming
from components.monitoring import signals
from components.monitoring.archive_alerts import FULLNESS, REMAINING
from components.monitoring.dashboards.board import Colour, Kind, Limit, Panel, Query, Unit
from components.monitoring.watch_spec import WatchSpec

CERTIFICATE_LIMITS: Final = tuple(
    Limit(days * 86400, colour)
    for (days, _), colour in zip(reversed(REMAINING), (Colour.YELLOW, Colour.GREEN), strict=True)
)
"""Of what is left of a certificate, in seconds; below the first it is red."""


def archive_panels(spec: WatchSpec) -> tuple[Panel, ...]:
    """Build them."""
    return (*_index(spec), *_storage(spec))


def _index(spec: WatchSpec) -> tuple[Panel, ...]:
    name = spec.institution
    return (
        Panel(
            "Files and index",
            "Both are counted hourly; files above the index can't be found.",
            Unit.NUMBER,
            (
                Query(f"max({signals.archive(name, 'files')})", "files"),
                Query(f"max({signals.archive(name, 'indexed')})", "indexed"),
                Query(f"max({signals.archive(name, 'empty_files')})", "empty files"),
            ),
        ),
        Panel(
            "Age of that count",
            "How long ago index and files were held against each other; it is done hourly.",
            Unit.SECONDS,
            (Query(f'{signals.INDEX_AGE}{{institution="{name}"}}', "age"),),
            limits=(Limit(3 * 3600, Colour.YELLOW),),
        ),
    )


def _storage(spec: WatchSpec) -> tuple[Panel, ...]:
    place = f'namespace="{naming.namespace(spec.institution)}"'
    used, whole = (
        f"max by (persistentvolumeclaim) (kubelet_volume_stats_{each}_bytes{{{place}}})"
        for each in ("used", "capacity")
    )
    ends = f"certmanager_certificate_expiration_timestamp_seconds{{{place}}}"
    kept = f'imaging_pool_promise_kept{{filesystem="{spec.filesystem}"}}'
    return (
        Panel(
            "Volumes",
            "The part of each volume that is used; at 95 % ingest takes nothing in.",
            Unit.SHARE,
            (Query(f"{used} / {whole}", "{{persistentvolumeclaim}}"),),
            limits=tuple(
                Limit(per_cent / 100, colour)
                for (per_cent, _), colour in zip(FULLNESS, (Colour.YELLOW, Colour.RED), strict=True)
            ),
        ),
        Panel(
            "Pools as promised",
            "Whether the pools in which its examinations lie have what was promised.",
            Unit.KEPT,
            (Query(f"min by (pool) ({kept})", "{{pool}}"),),
            Kind.FIGURE,
            12,
        ),
        Panel(
            "Certificates",
            f"What is left of each; below {REMAINING[0][0]} days its renewal has failed.",
            Unit.SECONDS,
            (Query(f"min by (name) ({ends}) - time()", "{{name}}"),),
            Kind.FIGURE,
            12,
            CERTIFICATE_LIMITS,
            Colour.RED,
        ),
    )
