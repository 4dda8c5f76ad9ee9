"""How a real Envoy is run: metrics, log, renewal of certificates, drain."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from components.gateway.access import identity
from tests.components.gateway.authority import SERVER, Authority, Leaf
from tests.components.gateway.lab import ENVIRONMENT, HOST, SPEC, Lab
from tests.components.gateway.real_envoy import Setting, install, running
from tests.components.gateway.stand_ins import DicomPort, WebApi, serving

FILE = "/legacy/file?uid=1.2.840.1"


def in_time(true: Callable[[], bool]) -> bool:
    """Whether it becomes true within ten seconds."""
    for _ in range(100):
        if true():
            return True
        time.sleep(0.1)
    return False


class TestMetrics:
    @pytest.mark.parametrize(
        "series",
        [
            'envoy_cluster_upstream_rq_active{envoy_cluster_name="readers"}',
            'envoy_cluster_upstream_rq_pending_active{envoy_cluster_name="readers"}',
            'envoy_cluster_membership_healthy{envoy_cluster_name="readers"}',
            'envoy_cluster_upstream_rq_time_bucket{envoy_cluster_name="readers",le="800"}',
            'envoy_cluster_upstream_cx_rx_bytes_total{envoy_cluster_name="readers"}',
            'envoy_http_rbac_denied{envoy_http_conn_manager_prefix="web"}',
            'envoy_cluster_upstream_cx_active{envoy_cluster_name="ingest-dicom"}',
        ],
    )
    def test_prometheus_finds_what_scaling_and_alerts_need(self, lab: Lab, series: str) -> None:
        lab.ask(lab.callers["aveiro"], FILE)
        address = f"http://127.0.0.1:{lab.envoy.ports['stats']}/stats/prometheus"

        # Envoy's workers hand histograms over every few seconds.
        assert in_time(lambda: f"\n{series} " in f"\n{httpx.get(address).text}")

    @pytest.mark.parametrize(
        "path", ["/", "/quitquitquit", "/config_dump", "/certs", "/ready/../quitquitquit", "/stats"]
    )
    def test_the_rest_of_the_administration_is_out_of_reach(self, lab: Lab, path: str) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", lab.envoy.ports["stats"], timeout=5)
        connection.request("POST", path)
        status = connection.getresponse().status
        connection.close()

        assert 403 == status
        assert lab.envoy.process.poll() is None


class TestLog:
    def test_it_tells_who_called_what_and_no_patient(self, lab: Lab) -> None:
        secret = "PatientName:Silva"  # noqa: S105 - what must not be logged
        target = f"/search?query={secret}&psize=1"
        lab.ask(lab.callers["evora"], target)
        lab.ask(lab.callers["lagos"], target)
        lab.ask(lab.callers["evora"], f"/{secret}")

        lines = lab.envoy.log()[-3:]

        told = [(each["caller"], each["endpoint"], each["code"]) for each in lines]
        evora, lagos = (identity(ENVIRONMENT, name) for name in ("evora", "lagos"))
        expected = [(evora, "search", 200), (lagos, "search", 403), (evora, "refused", 403)]
        assert expected == told
        assert "Silva" not in json.dumps(lab.envoy.log())


class TestRenewal:
    def test_a_renewed_certificate_and_authority_need_no_restart(
        self, server: Leaf, authority: Authority, callers: dict[str, Leaf], tmp_path: Path
    ) -> None:
        web = WebApi()
        (tmp_path / "new").mkdir()
        renewed = Authority(tmp_path / "new", "renewed")
        setting = Setting(SPEC, server, authority.file, {"readers": [web.address]})
        with serving(web), running(setting, tmp_path / "envoy") as envoy:
            lab = Lab(envoy, authority, server, callers, web, DicomPort(), DicomPort())
            later = replace(lab, authority=renewed)
            caller = renewed.sign("aveiro", identity(ENVIRONMENT, "aveiro"))
            assert 200 == lab.ask(callers["aveiro"], FILE)

            fresh = renewed.sign("server", usage=SERVER, hosts=(HOST,))
            install(fresh, renewed.file, tmp_path / "envoy" / "tls")

            assert in_time(lambda: 200 == later.ask(caller, FILE))
            assert lab.ask(callers["aveiro"], FILE) is None
            lab.store.server_close()
            lab.query.server_close()


class TestDrain:
    """What the kubelet's call before the end of a pod does."""

    def test_every_connection_is_told_to_close_and_none_is_cut(
        self, server: Leaf, authority: Authority, callers: dict[str, Leaf], tmp_path: Path
    ) -> None:
        web = WebApi()
        done: list[str] = []
        setting = Setting(SPEC, server, authority.file, {"readers": [web.address]}, drain="4s")
        with serving(web), running(setting, tmp_path) as envoy:

            def connect() -> http.client.HTTPSConnection:
                context = authority.context(callers["aveiro"])
                port = envoy.ports["web"]
                return http.client.HTTPSConnection("127.0.0.1", port, timeout=10, context=context)

            def download(connection: http.client.HTTPSConnection) -> str | None:
                connection.request("GET", FILE, headers={"Host": HOST})
                answer = connection.getresponse()
                assert (200, 132) == (answer.status, len(answer.read()))
                return answer.getheader("connection")

            def download_anew() -> str | None:
                connection = connect()
                try:
                    return download(connection)
                finally:
                    connection.close()

            def slow() -> None:
                download_anew()
                done.append("download")

            def drain() -> None:
                address = f"http://127.0.0.1:{envoy.ports['drain']}/drain"
                done.append(f"drained {httpx.get(address, timeout=20).status_code}")

            kept = connect()
            assert download(kept) is None
            web.hold = 2.5
            threads = [threading.Thread(target=slow), threading.Thread(target=drain)]
            threads[0].start()
            assert in_time(lambda: 2 == len(web.requests))
            web.hold = 0.0
            threads[1].start()

            assert in_time(lambda: "close" == download_anew())
            assert "close" == download(kept)
            for thread in threads:
                thread.join(20)
            kept.close()

        assert ["download", "drained 200"] == done
