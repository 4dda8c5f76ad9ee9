"""The closed loop: simulated cluster, KEDA, Prometheuses, gateways, and the readers behind them.

Owns its order. Doesn't own what is done with it (:mod:`tests.autoscaling.course`,
:mod:`tests.autoscaling.outages`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from components.archive import sentinel, settings
from components.catalog.institution import Readers
from components.gateway.access import identity
from components.gateway.spec import GatewaySpec, limits
from local.toolchain.provision import Toolchain
from tests.autoscaling import institutions, programs, real_keda, real_prometheus
from tests.autoscaling.cluster import Cluster
from tests.autoscaling.institutions import Institution
from tests.autoscaling.part import Part
from tests.autoscaling.pod_agent import SERVICE, PodAgent
from tests.autoscaling.processors import Processors
from tests.autoscaling.real_prometheus import Prometheus, prometheus
from tests.autoscaling.told import Gateways
from tests.components.gateway.authority import SERVER, Authority, Leaf
from tests.components.gateway.dns import Names
from tests.components.gateway.lab import ENVIRONMENT, HOST, SPEC
from tests.components.gateway.real_envoy import Envoy, Setting, running
from tests.components.gateway.stand_ins import serving

_FIRST_PORT: Final = 9090
LOADED: Final = Institution("aveiro", Readers(min=1, max=3, in_flight=7), window=30)
"""The one whose users, gateways and readers are real."""


@dataclass(frozen=True)
class Loop:
    """The loop, running.

    Attributes:
        cluster: where replicas are.
        gateways: the real ones.
        agent: what makes real readers of pods.
        told: the other institutions' gateways.
        prometheuses: by name.
        operator: KEDA's.
        adapter: KEDA's.
        authority: whose certificates the users trust.
        caller: the users' certificate.
    """

    cluster: Cluster
    gateways: Sequence[Envoy]
    agent: PodAgent
    told: Gateways
    prometheuses: Mapping[str, Prometheus]
    operator: Part
    adapter: Part
    authority: Authority
    caller: Leaf


@contextmanager
def closed(
    folder: Path, cluster: Cluster, tools: Toolchain, others: Sequence[Institution]
) -> Iterator[Loop]:
    """Run the loop with the loaded institution and others until the context ends."""
    with ExitStack() as stack:
        authority = Authority(folder)
        everybody = (LOADED, *others)
        told = Gateways()
        told.load |= {each.name: each.load for each in others if each.load is not None}
        apis = Processors(real_keda.serving(authority))
        apis.used |= {each.name: each.processors for each in everybody}
        stack.enter_context(serving(apis, *told.servers))
        names = stack.enter_context(Names())
        agent = PodAgent(cluster, LOADED.name, names, sentinel.readiness_path(LOADED.name))
        stack.callback(agent.close)
        loop = Loop(
            cluster,
            (gateways := _gateways(stack, folder, authority, names)),
            agent,
            told,
            _prometheuses(tools.path(programs.PROMETHEUS), folder, gateways, others),
            real_keda.operator(tools.path(programs.OPERATOR), cluster, authority, folder),
            real_keda.adapter(tools.path(programs.ADAPTER), cluster, authority, folder),
            authority,
            authority.sign("aveiro", identity(ENVIRONMENT, LOADED.name)),
        )
        _start(stack, loop, everybody)
        yield loop


def _gateways(
    stack: ExitStack, folder: Path, authority: Authority, names: Names
) -> tuple[Envoy, ...]:
    spec: GatewaySpec = replace(
        SPEC,
        readiness_path=sentinel.readiness_path(LOADED.name),
        limits=limits(LOADED.readers),
    )
    server = authority.sign("server", usage=SERVER, hosts=(HOST,))
    upstreams = {"readers": [(SERVICE, settings.WEB_PORT)]}
    setting = Setting(spec, server, authority.file, upstreams, names.port)
    return tuple(
        stack.enter_context(running(setting, folder / f"gateway-{number}"))
        for number in range(institutions.GATEWAYS)
    )


def _prometheuses(
    program: Path, folder: Path, gateways: Sequence[Envoy], others: Sequence[Institution]
) -> dict[str, Prometheus]:
    real = real_prometheus.job(LOADED.name, [f"127.0.0.1:{e.ports['stats']}" for e in gateways])
    found = {}
    for port, name in enumerate(institutions.PROMETHEUSES, start=_FIRST_PORT):
        jobs = [real_prometheus.job(each.name) for each in others if each.prometheus == name]
        more = [real] if LOADED.prometheus == name else []
        found[name] = prometheus(program, port, folder / name, [*more, *jobs])
    return found


def _start(stack: ExitStack, loop: Loop, everybody: Sequence[Institution]) -> None:
    """Start what isn't yet running, and give the cluster its objects."""
    objects = [each for one in everybody for each in institutions.workload(one)]
    loop.cluster.apply([*real_keda.registrations(loop.authority), *objects])
    loop.agent.start()
    parts = [*(each.part for each in loop.prometheuses.values()), loop.operator, loop.adapter]
    for part in parts:
        stack.callback(part.kill)
        part.start()
    for part in parts:
        part.wait()
    loop.cluster.apply(
        [institutions.scaled(one, loop.prometheuses[one.prometheus].address) for one in everybody]
    )
