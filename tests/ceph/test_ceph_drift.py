"""The check of drift on a real Ceph, with the rendered key: it finds what an operator changes.

Only pools of the filesystem that lies everywhere change their rule, so that no byte of an
institution leaves its boundary here.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from components.catalog import load
from components.placement import place
from components.storage.drift import drift_client, promises, script
from components.storage.filesystem import ceph_filesystem
from tests.ceph.blueprint import STACKS, Filesystem
from tests.ceph.laboratory import Laboratory
from tests.ceph.packages import PYTHON
from tests.ceph.pod_keys import PodKey, pod_key
from tests.components.storage.stand_in_pushgateway import serving

pytestmark = [pytest.mark.ceph, pytest.mark.timeout(600)]
_LONGEST = 120


@dataclass(frozen=True)
class Check:
    """The check's files in a folder, and the key that Ceph gave its user."""

    folder: Path
    key: PodKey

    def run(self) -> tuple[int, list[str]]:
        """Run it once: its exit code, and what it said."""
        with serving() as pushgateway:
            done = subprocess.run(
                [PYTHON, "drift_check.py", "promises.json", pushgateway.address],
                cwd=self.folder,
                env=self.key.environment,
                stdout=subprocess.PIPE,
                text=True,
                timeout=_LONGEST,
                check=False,
            )
            assert 1 == len(pushgateway.requests)
        return done.returncode, done.stdout.splitlines()


@pytest.fixture(scope="module")
def check(laboratory: Laboratory, tmp_path_factory: pytest.TempPathFactory) -> Check:
    folder = tmp_path_factory.mktemp("drift")
    rendered = [ceph_filesystem(each) for each in place(load(STACKS, "local")).classes]
    for manifest in (script(), promises(rendered)):
        for name, text in manifest["data"].items():
            (folder / name).write_text(text)
    return Check(folder, pod_key(laboratory, drift_client()))


@pytest.fixture(scope="module")
def everywhere(laboratory: Laboratory) -> Filesystem:
    return max(laboratory.plan.filesystems, key=lambda each: len(each.centres))


@pytest.fixture(scope="module")
def at_home(laboratory: Laboratory) -> Filesystem:
    return min(laboratory.plan.filesystems, key=lambda each: len(each.centres))


@contextmanager
def changed(laboratory: Laboratory, pool: str, name: str, now: str, before: str) -> Iterator[None]:
    """Set a pool's variable, and set it back, whole again, when the context ends."""
    laboratory.admin.mon("osd pool set", pool=pool, var=name, val=now)
    try:
        yield
    finally:
        laboratory.admin.mon("osd pool set", pool=pool, var=name, val=before)
        laboratory.wait_until_whole()


class TestKey:
    """The rendered key asks what the check asks, and nothing else."""

    @pytest.mark.parametrize(
        ("question", "allowed"),
        [
            (("osd", "dump"), True),
            (("osd", "crush", "dump"), True),
            (("fs", "ls"), True),
            (("config", "dump"), False),
            (("auth", "ls"), False),
            (("osd", "crush", "rule", "rm", "replicated_rule"), False),
        ],
    )
    def test_it_opens_three_questions(
        self, check: Check, question: tuple[str, ...], *, allowed: bool
    ) -> None:
        done = check.key.ask(*question)

        assert allowed == (done.returncode == 0)
        assert allowed == ("EACCES" not in done.stderr)


class TestFound:
    """What an operator changes by hand is found; what is rendered and made is kept."""

    def test_pools_made_from_the_manifests_keep_every_promise(self, check: Check) -> None:
        code, said = check.run()

        assert (0, 1) == (code, len(said)), said

    def test_a_write_that_may_rest_on_one_copy_is_found(
        self, laboratory: Laboratory, check: Check, at_home: Filesystem
    ) -> None:
        pool = at_home.data
        with changed(laboratory, pool.name, "min_size", "1", str(pool.min_size)):
            code, (sentence, _) = check.run()

        assert 1 == code
        assert f"pool {pool.name}: min_size was promised as 2, and is 1." == sentence

    def test_a_copy_less_is_found(
        self, laboratory: Laboratory, check: Check, everywhere: Filesystem
    ) -> None:
        pool = everywhere.metadata
        with changed(laboratory, pool.name, "size", "2", str(pool.size)):
            code, said = check.run()

        assert 1 == code
        assert f"pool {pool.name}: size was promised as 3, and is 2." in said

    def test_another_pools_rule_is_found(
        self, laboratory: Laboratory, check: Check, everywhere: Filesystem, at_home: Filesystem
    ) -> None:
        pool = everywhere.metadata
        with changed(laboratory, pool.name, "crush_rule", at_home.metadata.name, pool.name):
            code, said = check.run()

        assert 1 == code
        assert [
            f"pool {pool.name}: crush_root was promised as default, and is faro.",
            f"pool {pool.name}: failure_domain was promised as datacenter, and is osd.",
        ] == said[:-1]
