"""The check of drift, run for real as its pod runs it, with a stand-in for Ceph's command line."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from components.storage.drift import drift_check, promises, script
from tests.components.storage.drift_records import FILESYSTEMS, PROMISES, record
from tests.components.storage.stand_in_pushgateway import Pushgateway, serving

POOL = "home-faro-x2-2aa0e9-data"
LABELS = f'{{filesystem="home-faro-x2-2aa0e9",pool="{POOL}",property="size"}}'
COUNT = sum(len(promise) for promise in PROMISES.values())
SAMPLE = re.compile(r'(imaging_pool_\w+)(\{(?:\w+="[^"\\]+",?)+\})? (\d+)')


@pytest.fixture
def pushgateway() -> Iterator[Pushgateway]:
    with serving() as server:
        yield server


@dataclass
class Pod:
    """A pod of the CronJob, with its files below a folder and ``ceph`` on its path."""

    folder: Path
    pushgateway: str
    answers: dict[str, Any] = field(default_factory=record)
    ceph: str = 'cat "$ANSWERS/$(echo "$*" | sed "s/.*--connect-timeout 30 //; s/ --format.*//")"'

    def run(self) -> subprocess.CompletedProcess[str]:
        """Run the container's own command."""
        (container,) = drift_check()["spec"]["jobTemplate"]["spec"]["template"]["spec"][
            "containers"
        ]
        for manifest in (script(), promises(FILESYSTEMS)):
            for name, text in manifest["data"].items():
                if not (self.folder / name).exists():
                    (self.folder / name).write_text(text)
        for command, answer in self.answers.items():
            (self.folder / command).write_text(json.dumps(answer))
        (self.folder / "work").mkdir()
        self._install_ceph()
        python, *arguments = container["command"][:-1]
        assert "python3" == python
        moved = [argument.replace("/check/", f"{self.folder}/") for argument in arguments]
        return subprocess.run(
            [sys.executable, *moved, self.pushgateway],
            cwd=self.folder / "work",
            env=self._environment(container),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def _install_ceph(self) -> None:
        program = self.folder / "bin" / "ceph"
        program.parent.mkdir()
        kept = f'ANSWERS={self.folder}; cp ceph.conf keyring $ANSWERS; echo "$*" >> $ANSWERS/calls'
        program.write_text(f"#!/bin/sh\n{kept}\n{self.ceph}\n")
        program.chmod(0o755)

    def _environment(self, container: dict[str, Any]) -> dict[str, str]:
        values = {
            "MONITORS": "a=192.0.2.1:3300,b=[2001:db8::1]:3300",
            "CEPH_USER": "pool-drift",
            "CEPH_KEY": "AQBsecret==",
        }
        given = {variable["name"]: values[variable["name"]] for variable in container["env"]}
        return {**given, "PATH": f"{self.folder}/bin:{os.environ['PATH']}"}


@pytest.fixture
def pod(tmp_path: Path, pushgateway: Pushgateway) -> Pod:
    return Pod(tmp_path, pushgateway.address)


def samples(pushgateway: Pushgateway) -> dict[str, int]:
    """What the only push told: series to value. Fails where Prometheus couldn't read it."""
    ((method, path, body),) = pushgateway.requests
    assert ("PUT", "/metrics/job/pool-drift") == (method, path)
    assert body.endswith("\n")
    found, declared = {}, ""
    for line in body.splitlines():
        if line.startswith("# TYPE "):
            declared = line.removeprefix("# TYPE ").removesuffix(" gauge")
            continue
        match = SAMPLE.fullmatch(line)
        assert match, line
        assert declared == match[1]
        assert match[1] + (match[2] or "") not in found
        found[match[1] + (match[2] or "")] = int(match[3])
    return found


def kept(told: dict[str, int]) -> list[int]:
    return [value for name, value in told.items() if name.startswith("imaging_pool_promise_kept{")]


def keep_one_copy(answers: dict[str, Any]) -> None:
    for pool in answers["osd dump"]["pools"]:
        if pool["pool_name"] == POOL:
            pool["size"] = 1


class TestAsked:
    """Ceph is asked as the check's own user, where its monitors are."""

    def test_ceph_is_asked_three_questions_with_the_pods_key(self, pod: Pod) -> None:
        pod.run()

        asked = [
            f"--conf ceph.conf --keyring keyring --id pool-drift --connect-timeout 30 {question}"
            " --format json"
            for question in ("osd dump", "osd crush dump", "fs ls")
        ]
        assert asked == (pod.folder / "calls").read_text().splitlines()
        assert (
            "[global]\nmon_host = 192.0.2.1:3300,[2001:db8::1]:3300\n"
            == (pod.folder / "ceph.conf").read_text()
        )
        assert "[client.pool-drift]\nkey = AQBsecret==\n" == (pod.folder / "keyring").read_text()


class TestTold:
    """People read sentences, Prometheus reads metrics, Kubernetes the exit code."""

    def test_kept_promises_end_well(self, pod: Pod, pushgateway: Pushgateway) -> None:
        done = pod.run()
        told = samples(pushgateway)

        assert (0, "") == (done.returncode, done.stderr)
        assert f"{COUNT} of {COUNT} properties are as promised.\n" == done.stdout
        assert [1] * COUNT == kept(told)
        assert 1 == told["imaging_pool_check_answered"]
        assert told["imaging_pool_check_timestamp_seconds"] > 1_700_000_000

    def test_a_broken_promise_fails_the_job(self, pod: Pod, pushgateway: Pushgateway) -> None:
        keep_one_copy(pod.answers)
        done = pod.run()
        told = samples(pushgateway)

        assert (1, "") == (done.returncode, done.stderr)
        assert [
            f"pool {POOL}: size was promised as 2, and is 1.",
            f"{COUNT - 1} of {COUNT} properties are as promised.",
        ] == done.stdout.splitlines()
        assert 0 == told[f"imaging_pool_promise_kept{LABELS}"]
        assert 2 == told[f"imaging_pool_promised{LABELS}"]
        assert 1 == told[f"imaging_pool_observed{LABELS}"]
        assert COUNT - 1 == sum(kept(told))

    def test_a_missing_pool_is_told_as_zeroes_and_never_as_silence(
        self, pod: Pod, pushgateway: Pushgateway
    ) -> None:
        pools = pod.answers["osd dump"]["pools"]
        pools[:] = [pool for pool in pools if pool["pool_name"] != POOL]
        done = pod.run()
        told = samples(pushgateway)

        assert 1 == done.returncode
        assert COUNT == len(kept(told))
        assert COUNT - len(PROMISES[POOL]) == sum(kept(told))
        assert f"imaging_pool_observed{LABELS}" not in told

    def test_an_environment_without_filesystems_has_nothing_to_break(
        self, pod: Pod, pushgateway: Pushgateway
    ) -> None:
        (pod.folder / "promises.json").write_text(promises([])["data"]["promises.json"])
        done = pod.run()

        assert (0, "0 of 0 properties are as promised.\n") == (done.returncode, done.stdout)
        assert [] == kept(samples(pushgateway))


class TestUntold:
    """Where the check can't tell, it says so, ends with 2, and no promise counts as kept."""

    @pytest.mark.parametrize(
        ("ceph", "sentence"),
        [
            ("echo 'hunting\nno quorum' >&2; exit 1", "ceph osd dump failed: no quorum."),
            ("kill -9 $$", "ceph osd dump failed: it said nothing."),
            ("exit 0", "ceph osd dump didn't answer in JSON: "),
            ("echo '[{}]'", "Ceph's answer isn't of the known form: "),
            ('echo \'{"pools": 3, "rules": []}\'', "Ceph's answer isn't of the known form: "),
        ],
    )
    def test_ceph_that_does_not_answer_keeps_no_promise(
        self, pod: Pod, pushgateway: Pushgateway, ceph: str, sentence: str
    ) -> None:
        pod.ceph = ceph
        done = pod.run()
        told = samples(pushgateway)

        assert 2 == done.returncode
        assert "Traceback" not in done.stderr
        assert done.stdout.startswith(sentence)
        assert done.stdout.endswith("No promise counts as kept until Ceph answers.\n")
        assert [0] * COUNT == kept(told)
        assert 0 == told["imaging_pool_check_answered"]

    def test_a_pushgateway_that_is_down_is_said_beside_the_result(self, pod: Pod) -> None:
        keep_one_copy(pod.answers)
        pod.pushgateway = "127.0.0.1:1"
        done = pod.run()

        assert (2, "") == (done.returncode, done.stderr)
        assert f"pool {POOL}: size was promised as 2, and is 1." in done.stdout
        assert (
            "the Pushgateway at 127.0.0.1:1 can't be reached: [Errno 111] Connection refused; "
            "Prometheus doesn't know this result." == done.stdout.splitlines()[-1]
        )

    def test_a_pushgateway_that_refuses_is_said(self, pod: Pod, pushgateway: Pushgateway) -> None:
        pushgateway.status = 400
        done = pod.run()

        assert 2 == done.returncode
        assert (
            "the Pushgateway refused with 400: pushed metrics are invalid."
            == done.stdout.splitlines()[-1]
        )

    def test_without_promises_nothing_is_pushed_over_the_last_result(
        self, pod: Pod, pushgateway: Pushgateway
    ) -> None:
        (pod.folder / "promises.json").write_text('{"half')
        done = pod.run()

        assert (2, []) == (done.returncode, pushgateway.requests)
        assert done.stdout.startswith("the promises can't be read: ")
