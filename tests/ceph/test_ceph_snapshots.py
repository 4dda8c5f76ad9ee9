"""Snapshots on a real Ceph: the rendered schedule with the rendered key, and what they hold.

The institution's images lie in a subvolume, as CSI makes it; clients mount below it, as CSI does.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from components import naming
from components.catalog.institution import Snapshots
from components.storage import snapshots
from components.storage.repository_manifests import RepositorySpec
from tests.ceph.administrator import wait_until
from tests.ceph.clients import Client, Hashes, ingest, reader
from tests.ceph.figures import Figures
from tests.ceph.laboratory import Laboratory
from tests.ceph.pod_keys import PodKey, pod_key

pytestmark = [pytest.mark.ceph, pytest.mark.timeout(600)]
INSTITUTION = "evora"
HOUR = timedelta(hours=1)
_LONGEST = 120
_SOON = timedelta(seconds=10)


@dataclass(frozen=True)
class Images:
    """An institution's volume of images: the path that is mounted, and the one above it."""

    filesystem: str
    mounted: str

    @property
    def directory(self) -> str:
        """What the schedule names."""
        return str(PurePosixPath(self.mounted).parent)

    @property
    def where(self) -> dict[str, str]:
        """Its arguments for Ceph's commands."""
        return {"path": self.directory, "fs": self.filesystem}


@dataclass(frozen=True)
class Schedule:
    """Runs the rendered Job of a stack file's values."""

    images: Images
    key: PodKey
    folder: Path

    def run(self, recovery_point: timedelta, kept: Snapshots) -> str:
        """Run its script as its pod would; returns what it said."""
        spec = RepositorySpec(INSTITUTION, self.images.filesystem, 2**40)
        job = snapshots.schedule(spec, recovery_point, kept, self.images.directory)
        (container,) = job["spec"]["template"]["spec"]["containers"]
        given = {each["name"]: each["value"] for each in container["env"] if "value" in each}
        done = subprocess.run(
            container["command"],
            cwd=self.folder,
            env={**self.key.environment, **given},
            capture_output=True,
            text=True,
            timeout=_LONGEST,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def images(laboratory: Laboratory) -> Images:
    filesystem = laboratory.plan.promise(INSTITUTION).filesystem
    return Images(filesystem, subvolume(laboratory, filesystem, "csi-vol-1"))


def subvolume(laboratory: Laboratory, filesystem: str, name: str) -> str:
    """Make a subvolume in the institution's group, as CSI does; returns the path to mount."""
    group = naming.subvolume_group(INSTITUTION)
    ask = PodKey(laboratory, "admin", "").ask
    made = ask("fs", "subvolume", "create", filesystem, name, str(2**30), group)
    assert made.returncode == 0, made.stderr
    return ask("fs", "subvolume", "getpath", filesystem, name, group).stdout.strip()


@pytest.fixture(scope="module")
def key(laboratory: Laboratory) -> PodKey:
    return pod_key(laboratory, snapshots.client())


@pytest.fixture
def schedule(images: Images, key: PodKey, tmp_path: Path) -> Schedule:
    return Schedule(images, key, tmp_path)


def status(laboratory: Laboratory, images: Images) -> list[tuple[str, dict[str, int], bool]]:
    """Every schedule of the images, as Ceph tells it: interval, retention, whether it runs."""
    told: list[dict[str, Any]] = laboratory.admin.mgr("fs snap-schedule status", **images.where)
    return [(each["schedule"], each["retention"], each["active"]) for each in told]


class TestSchedule:
    """Ceph has the schedule that the stack file asks for, and no other."""

    def test_a_changed_stack_file_replaces_interval_and_retention(
        self, laboratory: Laboratory, images: Images, schedule: Schedule
    ) -> None:
        said = schedule.run(HOUR, Snapshots())
        first = status(laboratory, images)
        schedule.run(7 * HOUR, Snapshots(hourly=12, daily=3, weekly=52))
        second = status(laboratory, images)

        assert images.directory in said
        assert [("1h", {"h": 24, "d": 14, "w": 8}, True)] == first
        assert [("6h", {"h": 12, "d": 3, "w": 52}, True)] == second

    def test_running_it_again_changes_nothing(
        self, laboratory: Laboratory, images: Images, schedule: Schedule
    ) -> None:
        for _ in range(2):
            schedule.run(HOUR, Snapshots())

        assert [("1h", {"h": 24, "d": 14, "w": 8}, True)] == status(laboratory, images)


class TestKey:
    """The rendered key schedules snapshots, reads the maps, and does nothing else."""

    @pytest.mark.parametrize("question", ["fs snap-schedule list {path} --fs {fs}", "osd pool ls"])
    def test_it_may(self, images: Images, key: PodKey, question: str) -> None:
        done = key.ask(*question.format(**images.where).split())

        assert (0, "") == (done.returncode, done.stderr)

    @pytest.mark.parametrize(
        "order",
        [
            "fs subvolume ls {fs}",
            "fs subvolume rm {fs} doomed {group}",
            "osd pool set {fs}-data size 2",
            "config set mgr mgr/snap_schedule/dump_on_update false",
            "auth ls",
        ],
    )
    def test_it_may_not_what_the_administrator_may(
        self, laboratory: Laboratory, images: Images, key: PodKey, order: str
    ) -> None:
        subvolume(laboratory, images.filesystem, "doomed")
        words = order.format(fs=images.filesystem, group=naming.subvolume_group(INSTITUTION))

        denied = key.ask(*words.split())
        allowed = PodKey(laboratory, "admin", "").ask(*words.split())

        assert "EACCES" in denied.stderr
        assert 0 == allowed.returncode, allowed.stderr


@dataclass(frozen=True)
class Taken:
    """What was written, and the snapshot that Ceph then took by itself."""

    wrote: Hashes
    name: str


@pytest.fixture(scope="module")
def taken(laboratory: Laboratory, images: Images, figures: Figures) -> Taken:
    """Examinations in a snapshot, of a schedule that began an hour ago, but for some seconds."""
    writer = replace(ingest(laboratory, INSTITUTION), path=images.mounted)
    wrote = writer.write("/1.2.840", 8)
    figures.written += len(wrote)
    start = f"{datetime.now(UTC) - HOUR + _SOON:%Y-%m-%dT%H:%M:%S}"
    order(laboratory, images, "add", "1h", start)
    administrator = Client(laboratory, "admin", images.filesystem, images.directory)
    wait_until("Ceph takes a snapshot", lambda: names(administrator) != [])
    order(laboratory, images, "remove")
    (name,) = names(administrator)
    return Taken(wrote, name)


def order(laboratory: Laboratory, images: Images, verb: str, *arguments: str) -> None:
    """Give Ceph an order about the images' schedule, as its administrator."""
    words = ("fs", "snap-schedule", verb, images.directory, *arguments, "--fs", images.filesystem)
    done = PodKey(laboratory, "admin", "").ask(*words)
    assert done.returncode == 0, done.stderr


def names(client: Client) -> list[str]:
    """The snapshots that a client sees in the path that it mounts."""
    return [line["entry"] for line in client.do("entries", folder="/.snap")[1:]]


class TestSnapshot:
    """What was deleted is still there, for whoever may read, and only Ceph takes it away."""

    def test_a_deleted_examination_is_read_back(
        self, laboratory: Laboratory, images: Images, taken: Taken, figures: Figures
    ) -> None:
        writer = replace(ingest(laboratory, INSTITUTION), path=images.mounted)
        looking = replace(reader(laboratory, INSTITUTION), path=images.mounted)
        (deleted, *_) = taken.wrote
        writer.do("remove", files=[deleted])
        (seen,) = names(looking)
        in_it = {f"/.snap/{seen}{name}": digest for name, digest in taken.wrote.items()}

        assert {deleted: "ENOENT"} == looking.read([deleted])
        assert seen.startswith(f"_{taken.name}_"), "its name on the mount, which is below it"
        assert taken.name.startswith("scheduled-")
        assert [] == figures.compare(in_it, looking.read(in_it))

    @pytest.mark.parametrize("of", [reader, ingest])
    def test_no_institution_makes_or_removes_one(
        self,
        laboratory: Laboratory,
        images: Images,
        taken: Taken,
        of: Callable[[Laboratory, str], Client],
    ) -> None:
        client = replace(of(laboratory, INSTITUTION), path=images.directory)
        (_, *tried) = client.do("snapshots", snapshot=taken.name)

        assert {"make": "EACCES", "remove": "EACCES"} == {
            each["deed"]: each["result"] for each in tried
        }

    def test_the_administrator_does_both(
        self, laboratory: Laboratory, images: Images, taken: Taken
    ) -> None:
        client = Client(laboratory, "admin", images.filesystem, images.directory)
        (_, *tried) = client.do("snapshots", snapshot=taken.name)

        assert {"make": "done", "remove": "done"} == {
            each["deed"]: each["result"] for each in tried
        }
        assert ["made"] == names(client)
