"""Snapshots, their script run for real against a stand-in for Ceph's command line."""

from __future__ import annotations

import os
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.catalog.institution import Snapshots
from components.storage.repository_manifests import RepositorySpec
from components.storage.snapshots import client, interval, schedule
from tests.components.builders import Stacks, good_institution

SPEC = RepositorySpec("evora", "home-faro-x2-2aa0e9", 10 * 2**40)
HOUR = timedelta(hours=1)
DIRECTORY = "/volumes/evora/csi-vol-1"


def calls(folder: Path, fails: str = "") -> tuple[int, list[str]]:
    """Exit status, and the ``ceph fs snap-schedule`` calls; the verb ``fails`` fails."""
    job = schedule(SPEC, 6 * HOUR, Snapshots(), DIRECTORY)
    (container,) = job["spec"]["template"]["spec"]["containers"]
    program = folder / "bin" / "ceph"
    program.parent.mkdir()
    program.write_text(
        f'#!/bin/bash\necho "${{@:7}}" >> {folder}/calls\n[ "$9" != "{fails}" ] || exit 2\n'
    )
    program.chmod(0o755)
    given_to_it = {each["name"]: each["value"] for each in container["env"] if "value" in each}
    ended = subprocess.run(
        container["command"],
        cwd=folder,
        env={
            **given_to_it,
            "MONITORS": "a=192.0.2.1:3300",
            "CEPH_USER": "snapshots",
            "CEPH_KEY": "a-secret",
            "PATH": f"{program.parent}:{os.environ['PATH']}",
        },
        capture_output=True,
        timeout=20,
        check=False,
    )
    return ended.returncode, (folder / "calls").read_text().splitlines()


class TestSchedule:
    """Ceph takes the snapshots, as often as the recovery point asks, and prunes them."""

    def test_interval_and_retention_are_set_for_the_images_directory(self, tmp_path: Path) -> None:
        status, made = calls(tmp_path)

        fs = "--fs home-faro-x2-2aa0e9"
        assert 0 == status
        assert [
            f"fs snap-schedule remove {DIRECTORY} {fs}",
            f"fs snap-schedule add {DIRECTORY} 6h {fs}",
            f"fs snap-schedule retention add {DIRECTORY} 24h14d8w {fs}",
            f"fs snap-schedule status {DIRECTORY} {fs}",
        ] == made

    def test_a_first_schedule_has_nothing_to_remove(self, tmp_path: Path) -> None:
        status, made = calls(tmp_path, fails="remove")

        assert (0, 4) == (status, len(made))

    def test_a_schedule_that_ceph_refuses_fails_the_job(self, tmp_path: Path) -> None:
        status, _ = calls(tmp_path, fails="add")

        assert 0 != status

    def test_its_key_can_only_schedule(self) -> None:
        assert {"mon": "allow r", "mgr": "allow module snap_schedule rw"} == client()["spec"][
            "caps"
        ]

    @given(st.integers(min_value=60, max_value=60 * 24 * 365))
    def test_the_interval_never_exceeds_the_recovery_point(self, minutes: int) -> None:
        hours = interval(timedelta(minutes=minutes))

        assert timedelta(hours=hours) <= timedelta(minutes=minutes)
        assert 0 == 24 % hours


class TestPromise:
    """What a stack file may ask."""

    @pytest.mark.parametrize(
        ("key", "value", "sentence"),
        [
            ("recoveryPoint", "30m", "found less than an hour; Ceph takes snapshots hourly"),
            ("snapshots", {"hourly": 48, "daily": 40, "weekly": 3}, "asks to keep 91 snapshots"),
        ],
    )
    def test_more_than_ceph_can_do_is_refused(self, key: str, value: object, sentence: str) -> None:
        (refusal,) = Stacks(institutions={"aveiro": {**good_institution(), key: value}}).refusals()

        assert refusal.key.startswith(f"imaging:institution.{key}")
        assert sentence in refusal.sentence

    def test_retention_without_recovery_point_is_refused(self) -> None:
        promise = {**good_institution(), "snapshots": {"daily": 7}}
        del promise["recoveryPoint"]
        (refusal,) = Stacks(institutions={"aveiro": promise}).refusals()

        assert "keeps snapshots, and none are taken without a recoveryPoint" in refusal.sentence
