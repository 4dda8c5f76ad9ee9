"""The dashboard to look at while a load test runs, of one institution at a time.

Owns what it shows: rates over two minutes, where rules record five. Doesn't own the test nor its
report, which counts at the caller.
"""

from __future__ import annotations

from typing import Final

from components import naming
from components.monitoring import signals
from components.monitoring.dashboards.board import Board, Panel, Query, Row, Unit
from components.monitoring.names import SCALED

_ASKED: Final = "$institution"
_OVER: Final = "[2m]"


def load_test_board() -> Board:
    """Build the dashboard."""
    return Board(
        uid="imaging-load-test",
        title="Load test",
        description="One institution under load, over two minutes.",
        rows=(Row("At the gateways", _gateways()), Row("Behind them", _readers())),
        institutions=signals.REQUESTS,
        since="now-30m",
    )


def _gateways() -> tuple[Panel, ...]:
    ready = f"(sum({signals.ready(_ASKED, SCALED)}) > 0)"
    succeeded = f"sum(rate({signals.answers(_ASKED)}{_OVER}))"
    failed = f"sum(rate({signals.answers(_ASKED, failed=True)}{_OVER}))"
    served = f"sum(rate({signals.served(_ASKED)}{_OVER}))"
    rates = f"sum by (le) (rate({signals.buckets(_ASKED)}{_OVER}))"
    return (
        Panel(
            "Requests",
            "Answers a second, without those that were refused, and those that failed.",
            Unit.REQUESTS_PER_SECOND,
            (Query(succeeded, "all"), Query(failed, "failed")),
        ),
        Panel(
            "Bytes",
            "What readers sent a second.",
            Unit.BYTES_PER_SECOND,
            (Query(served, "served"),),
        ),
        Panel(
            "Time to answer",
            "As the gateways measure it, with the wait in the queue; callers see a little more.",
            Unit.SECONDS,
            tuple(
                Query(f"histogram_quantile({each / 100:g}, {rates}) / 1000", f"p{each}")
                for each in signals.PERCENTAGES
            ),
        ),
        Panel(
            "Requests per reader",
            "Answers a second, divided by readers: level while more readers bring more.",
            Unit.REQUESTS_PER_SECOND,
            (Query(f"{succeeded} / {ready}", "per reader"),),
        ),
        Panel(
            "In flight",
            "Requests in flight per reader, and those that wait for one.",
            Unit.NUMBER,
            (
                Query(f'{signals.LOAD_PER_READER}{{institution="{_ASKED}"}}', "per reader"),
                Query(f'{signals.QUEUE}{{institution="{_ASKED}"}}', "waiting"),
            ),
        ),
        Panel(
            "Readers",
            "What the autoscaler wants, and what is ready.",
            Unit.NUMBER,
            (
                Query(f"sum({signals.ready(_ASKED, SCALED)})", "ready"),
                Query(f"max({signals.autoscaler(_ASKED, 'status_desired_replicas')})", "wanted"),
            ),
        ),
    )


def _readers() -> tuple[Panel, ...]:
    pods = f'namespace="{naming.namespace(_ASKED)}",pod=~"{SCALED}-[0-9]+",container="dicoogle"'
    return (
        Panel(
            "Processors",
            "Processors that each reader's Dicoogle takes.",
            Unit.NUMBER,
            (
                Query(
                    f"sum by (pod) (rate(container_cpu_usage_seconds_total{{{pods}}}{_OVER}))",
                    "{{pod}}",
                ),
            ),
            width=12,
        ),
        Panel(
            "Memory",
            "Memory that each reader's Dicoogle holds.",
            Unit.BYTES,
            (Query(f"max by (pod) (container_memory_working_set_bytes{{{pods}}})", "{{pod}}"),),
            width=12,
        ),
    )
