"""What is done to the loop: each outage, to institutions of its own where that can be.

Owns who suffers what, and for how long. Doesn't own what must follow (the tests). Sources:
research/anchors.md §6, research/autoscaling-loop.md, the table of outages.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from typing import Any, Final

from components.catalog.institution import Readers
from components.monitoring import signals
from tests.autoscaling.history import History
from tests.autoscaling.institutions import HUNG, RESTARTED, STOPPED, Alteration, Institution
from tests.autoscaling.loop import Loop
from tests.autoscaling.part import Part
from tests.autoscaling.told import Silence, load
from tests.local.simulation.running_cluster import eventually

Stories = Mapping[str, History]
"""Each institution's readers during an outage."""

_PROMISE: Final = Readers(min=1, max=4, in_flight=10)
_FEW: Final = 5.0
"""One reader's."""
_MANY: Final = 25.0
"""Three readers'."""
_ABSENT: Final = (Silence.ABSENT, Silence.ABSENT)
_DOWN: Final = (Silence.DOWN, Silence.DOWN)
_BLIP: Final = 20
_ZERO: Final = 30
_LONG: Final = 80
"""Seconds. Twice what KEDA bears before it falls back, where each look takes ten."""
_STALE: Final = signals.FRESH + 60
"""Seconds until a stale sample has been dropped and KEDA has fallen back."""
_KEDA: Final = 40
"""Seconds without a part of KEDA: more than window and two looks of the autoscaler."""
_PATIENCE: Final = 120


def _trigger(**metadata: str) -> Alteration:
    """Change the trigger by requests in flight."""
    return lambda manifest: manifest["spec"]["triggers"][0]["metadata"].update(metadata)


def _fallback(**fields: object) -> Alteration:
    """Change what KEDA falls back to."""
    return lambda manifest: manifest["spec"]["fallback"].update(fields)


def _many(name: str, **more: Any) -> Institution:  # noqa: ANN401 - as the institution's
    return Institution(name, _PROMISE, count=3, load=load(_MANY), **more)


def _few(name: str, **more: Any) -> Institution:  # noqa: ANN401 - as the institution's
    return Institution(name, _PROMISE, count=1, load=load(_FEW), **more)


_AGELESS: Final = 'sum(envoy_cluster_upstream_rq_active{institution="ageless"})'
INSTITUTIONS: Final = (
    _many("absent"),
    _many("nan"),
    _many("down"),
    _many("half"),
    _many("zero", window=90),
    _many("stopped", prometheus=STOPPED),
    _many("hung", prometheus=HUNG),
    _few("stale", prometheus=RESTARTED),
    _few("rising"),
    _many("falling"),
    # As rendered, all readers that are allowed are the fallback: none is ever below the demand.
    _many("below", altered=_fallback(replicas=1)),
    Institution("busy", _PROMISE, 4, load(_FEW), processors=780, altered=_fallback(replicas=1)),
    # Controls: what a fall looks like, and what happens without a guard.
    _many("quiet"),
    _many("unguarded", altered=_trigger(ignoreNullValues="true")),
    _many("static", altered=_fallback(replicas=1, behavior="static")),
    _few("ageless", prometheus=RESTARTED, altered=_trigger(query=_AGELESS)),
)


def settle(loop: Loop, names: Sequence[str]) -> None:
    """Wait until the autoscalers of institutions see a load."""
    assert eventually(lambda: set(names) <= loop.cluster.seeing(), _PATIENCE), (
        f"no load is seen of {set(names) - loop.cluster.seeing()}:\n{loop.operator.tail()}"
    )


def side_by_side(loop: Loop) -> Stories:
    """Let everything fail that one institution alone can suffer, at once."""
    begin = time.time()
    _fail(loop)
    _until(begin + _BLIP)
    loop.told.load["zero"] = load(0)
    _until(begin + _BLIP + _ZERO)
    loop.told.load["zero"] = load(_MANY)
    _until(begin + _LONG)
    loop.prometheuses[STOPPED].part.start()
    loop.prometheuses[HUNG].part.release()
    _until(begin + _STALE)
    _await(loop, {"stopped": 3, "hung": 3})
    return _stories(loop, begin)


def _fail(loop: Loop) -> None:
    loop.prometheuses[STOPPED].part.kill()
    loop.prometheuses[HUNG].part.hold()
    # Gateways go with their Prometheus, so nothing ever says that their series ended.
    loop.prometheuses[RESTARTED].part.kill()
    loop.told.load |= {
        "absent": _ABSENT,
        "below": _ABSENT,
        "ageless": _DOWN,
        "busy": _ABSENT,
        "down": _DOWN,
        "half": (_MANY / 2, Silence.DOWN),
        "nan": (math.nan, math.nan),
        "quiet": load(_FEW),
        "stale": _DOWN,
        "static": _ABSENT,
        "unguarded": _ABSENT,
        "zero": _ABSENT,
    }
    loop.prometheuses[RESTARTED].part.start()


def without(loop: Loop, part: Part, loads: Mapping[str, float]) -> tuple[Stories, bool]:
    """Take a part of KEDA away while loads change.

    Returns what happened meanwhile, and whether the readers followed as soon as it was back.
    """
    begin = time.time()
    part.kill()
    loop.told.load |= {name: load(total) for name, total in loads.items()}
    _until(begin + _KEDA)
    stories = _stories(loop, begin)
    part.start()
    part.wait()
    counts = {name: math.ceil(total / _PROMISE.in_flight) for name, total in loads.items()}
    return stories, _await(loop, counts)


def without_adapter(loop: Loop) -> tuple[Stories, bool]:
    """Take the adapter away; the load of one institution grows, of another it falls."""
    return without(loop, loop.adapter, {"rising": _MANY, "falling": _FEW})


def without_operator(loop: Loop) -> tuple[Stories, bool]:
    """Take the operator away; the loads change back."""
    return without(loop, loop.operator, {"rising": _FEW, "falling": _MANY})


def operator_restarted(loop: Loop) -> Stories:
    """Kill the operator and start it at once, while no load changes."""
    begin = time.time()
    loop.operator.kill()
    loop.operator.start()
    loop.operator.wait()
    _until(begin + _KEDA)
    return _stories(loop, begin)


def _stories(loop: Loop, begin: float) -> Stories:
    end = time.time()
    return {each.name: loop.cluster.history(each.name).between(begin, end) for each in INSTITUTIONS}


def _await(loop: Loop, counts: Mapping[str, int]) -> bool:
    """Wait for numbers of readers; tell whether they came."""
    return eventually(
        lambda: all(
            count == loop.cluster.history(name).counts[-1] for name, count in counts.items()
        ),
        _PATIENCE,
    )


def _until(moment: float) -> None:
    time.sleep(max(0.0, moment - time.time()))
