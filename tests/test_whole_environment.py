"""`make up` and what follows, as a person sees it: real engine, real API server, simulated nodes.

The tests build on each other, in this order: a killed first run, the run that finishes it, what is
there then, changes that are refused, and the end.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from tests.recording import Recording, record
from tests.whole_environment import CRDS, Copy, Result, copy

pytestmark = [
    pytest.mark.environment,
    pytest.mark.timeout(900),
    pytest.mark.skipif(
        "IMAGING_TOOLS" not in os.environ,
        reason="needs the tool chain: make test sets IMAGING_TOOLS to its folder",
    ),
]
CENTRE = "topology.rook.io/datacenter"
PLATFORM = {
    "kubeconfig": "kubeconfig",
    "residencyClasses": ["all-x3-8870cf", "home-faro-x2-2aa0e9"],
}


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copy]:
    made = copy(tmp_path_factory.mktemp("environment") / "checkout")
    yield made
    made.make("down")


@pytest.fixture(scope="module")
def files(checkout: Copy) -> set[str]:
    return checkout.files()


@pytest.fixture(scope="module")
def killed(checkout: Copy, files: set[str]) -> str:
    assert files
    return checkout.make_and_kill_at("CephFilesystem cephfilesystem-all", "up")


@pytest.fixture(scope="module")
def up(checkout: Copy, killed: str) -> Result:
    assert killed
    return checkout.make("up")


@pytest.fixture(scope="module", params=["local", "local.aveiro", "local.evora"])
def sent(request: pytest.FixtureRequest) -> Recording:
    return record(str(request.param), PLATFORM)


def refused(result: Result) -> str:
    """What a refusal said: it has a status, a reason, and no traceback."""
    assert result.status != 0, result.text
    assert "Traceback" not in result.text
    return result.text


class TestUp:
    """One command brings everything up, also after a run that was killed half-way."""

    def test_the_first_run_was_killed_while_filesystems_were_made(self, killed: str) -> None:
        assert "CephCluster cephcluster-rook-ceph" in killed
        assert "local is up" not in killed

    def test_the_next_run_finishes_it(self, up: Result) -> None:
        assert 0 == up.status, up.text
        assert "local is up." in up.out

    def test_it_ends_with_a_table_and_how_to_look_further(self, up: Result) -> None:
        end = up.out[up.out.index("local is up.") :]

        for words in (
            ["aveiro", "all-x3-8870cf", "3", "faro, lisbon, porto", "data-centre", "1-3"],
            ["evora", "home-faro-x2-2aa0e9", "2", "faro", "disk", "1-2"],
        ):
            (line,) = [line for line in end.splitlines() if line.split()[:1] == words[:1]]
            assert [] == [word for word in words if word not in line]
        assert "kubectl --kubeconfig" in end

    def test_a_second_run_changes_nothing_and_says_so(self, checkout: Copy, up: Result) -> None:
        assert up.status == 0
        again = checkout.make("up")

        assert 0 == again.status, again.text
        assert "local is up; nothing changed." in again.out


class TestCluster:
    """What is on the API server is what was promised."""

    def test_four_nodes_are_ready(self, checkout: Copy, up: Result) -> None:
        assert up.status == 0
        nodes = checkout.objects("nodes")
        ready = {
            node["metadata"]["name"]: condition["status"]
            for node in nodes
            for condition in node["status"]["conditions"]
            if condition["type"] == "Ready"
        }

        assert dict.fromkeys(["control-1", "worker-1", "worker-2", "worker-3"], "True") == ready

    def test_filesystems_have_the_placements_promised(self, checkout: Copy, up: Result) -> None:
        assert up.status == 0
        found = checkout.objects("cephfilesystems", "--namespace=rook-ceph")
        placements = {
            each["metadata"]["name"]: [
                (pool["crushRoot"], pool["failureDomain"], pool["replicated"]["size"])
                for pool in (each["spec"]["metadataPool"], *each["spec"]["dataPools"])
            ]
            for each in found
        }

        assert {
            "all-x3-8870cf": [("default", "datacenter", 3)] * 2,
            "home-faro-x2-2aa0e9": [("faro", "osd", 2)] * 2,
        } == placements
        assert ["Ready", "Ready"] == [each["status"]["phase"] for each in found]

    @pytest.mark.parametrize(("institution", "centres"), [("aveiro", 3), ("evora", 2)])
    def test_pods_are_ready_in_different_data_centres(
        self, checkout: Copy, up: Result, institution: str, centres: int
    ) -> None:
        assert up.status == 0
        where = {n["metadata"]["name"]: n["metadata"]["labels"] for n in checkout.objects("nodes")}
        pods = checkout.objects("pods", f"--namespace={institution}")

        assert centres + 1 == len(pods)
        assert all(_ready(pod) for pod in pods)
        readers = [pod for pod in pods if pod["metadata"]["name"].startswith("readers-")]
        assert centres == len({where[pod["spec"]["nodeName"]][CENTRE] for pod in readers})

    def test_claims_are_bound_to_volumes_of_the_institutions_group(
        self, checkout: Copy, up: Result
    ) -> None:
        assert up.status == 0
        claims = checkout.objects("pvc", "--all-namespaces")
        volumes = {each["metadata"]["name"]: each for each in checkout.objects("pv")}

        assert 4 == len(claims)
        assert {("aveiro", "aveiro"), ("evora", "evora")} == {
            (
                claim["metadata"]["namespace"],
                volumes[claim["spec"]["volumeName"]]["spec"]["csi"]["volumeAttributes"][
                    "clusterID"
                ],
            )
            for claim in claims
        }


class TestStatus:
    """`make status` tells the same to people and to programs."""

    def test_json_has_every_institution(self, checkout: Copy, up: Result) -> None:
        assert up.status == 0
        status = checkout.make("status", "FORMAT=json")

        assert {
            "environment": "local",
            "institutions": [
                {
                    "name": "aveiro",
                    "residencyClass": "all-x3-8870cf",
                    "copies": 3,
                    "dataCentres": ["faro", "lisbon", "porto"],
                    "survives": "data-centre",
                    "readers": {"min": 1, "max": 3},
                    "endpoint": "http://archive.aveiro.svc:80",
                },
                {
                    "name": "evora",
                    "residencyClass": "home-faro-x2-2aa0e9",
                    "copies": 2,
                    "dataCentres": ["faro"],
                    "survives": "disk",
                    "readers": {"min": 1, "max": 2},
                    "endpoint": "http://archive.evora.svc:80",
                },
            ],
        } == json.loads(status.out)

    def test_the_kubeconfig_is_a_path_that_only_its_owner_reads(
        self, checkout: Copy, up: Result
    ) -> None:
        assert up.status == 0
        printed = checkout.make("kubeconfig").out

        assert f"{checkout.state}/kubeconfig\n" == printed
        assert 0o600 == (checkout.state / "kubeconfig").stat().st_mode & 0o777

    def test_no_key_of_the_cluster_stands_in_the_state_in_clear(
        self, checkout: Copy, up: Result
    ) -> None:
        assert up.status == 0
        secrets = [
            line.split(":", 1)[1].strip().strip('"')
            for line in (checkout.state / "kubeconfig").read_text().splitlines()
            if "client-key-data" in line
        ]
        states = list((checkout.state / "pulumi").rglob("*.json*"))

        assert secrets
        assert states
        assert [] == [
            str(path)
            for path in states
            if any(secret in path.read_text(errors="replace") for secret in secrets)
        ]


@pytest.mark.skipif(not CRDS.is_dir(), reason=f"needs the real definitions in {CRDS}")
class TestStrictness:
    """Nothing that we send is unknown to the real definitions, or silently dropped."""

    def test_strict_validation_finds_nothing(
        self, checkout: Copy, up: Result, sent: Recording
    ) -> None:
        assert up.status == 0
        manifests = _manifests(sent)
        result = _dry_run(checkout, manifests)

        assert 0 == result.status, result.text
        assert len(manifests) == len(result.out.splitlines())

    def test_strict_validation_would_find_a_misspelt_field(
        self, checkout: Copy, up: Result
    ) -> None:
        assert up.status == 0
        (manifest, *_) = [
            each for each in _manifests(record("local")) if each["kind"] == "CephFilesystem"
        ]
        manifest["spec"]["dataPools"][0]["crushRoots"] = "faro"

        assert "crushRoots" in refused(_dry_run(checkout, [manifest]))

    def test_every_field_that_was_sent_is_there(
        self, checkout: Copy, up: Result, sent: Recording
    ) -> None:
        assert up.status == 0
        for manifest in _manifests(sent):
            metadata = manifest["metadata"]
            place = [f"--namespace={metadata['namespace']}"] if "namespace" in metadata else []
            group = manifest["apiVersion"].rpartition("/")[0]
            kind = f"{manifest['kind']}.{group}" if group else manifest["kind"]
            result = checkout.kubectl("get", kind, metadata["name"], "--output=json", *place)
            assert result.status == 0, result.text

            assert [] == _lost(manifest, json.loads(result.out), metadata["name"])


class TestRefusals:
    """A promise that can't be kept, and code that breaks one, stop at the preview."""

    def test_more_copies_than_the_data_centre_holds(self, checkout: Copy, up: Result) -> None:
        assert up.status == 0
        path = checkout.folder / "stacks" / "Pulumi.local.evora.yaml"
        good = path.read_text()
        path.write_text(good.replace("copies: 2", "copies: 3"))
        try:
            said = refused(checkout.make("preview"))
        finally:
            path.write_text(good)

        assert (
            "stacks/Pulumi.local.evora.yaml: imaging:institution.replication: evora asks for 3 "
            "copies, but data centre faro has two storage devices on one host" in said
        )

    def test_plain_pulumi_refuses_it_too(self, checkout: Copy, up: Result) -> None:
        assert up.status == 0
        path = checkout.folder / "stacks" / "Pulumi.local.evora.yaml"
        good = path.read_text()
        path.write_text(good.replace("home: faro", "home: fero"))
        try:
            said = refused(checkout.make("preview", "INSTITUTION=aveiro"))
        finally:
            path.write_text(good)

        assert "did you mean 'faro'?" in said

    def test_code_that_stores_fewer_copies_than_promised(self, checkout: Copy, up: Result) -> None:
        assert up.status == 0
        path = checkout.folder / "components" / "storage" / "filesystem.py"
        good = path.read_text()
        assert '"size": spread.size,' in good
        path.write_text(good.replace('"size": spread.size,', '"size": spread.size - 1,'))
        try:
            said = refused(checkout.make("preview"))
        finally:
            path.write_text(good)

        assert "size is 2, and the name promises 3 copies" in said
        assert "filesystem-says-the-truth" in said


class TestData:
    """Nothing that holds examinations goes, or is left behind empty, by an edit of a stack file."""

    def test_another_placement_is_no_silent_move_to_an_empty_filesystem(
        self, checkout: Copy, up: Result
    ) -> None:
        assert up.status == 0
        platform = checkout.folder / "stacks" / "Pulumi.local.yaml"
        evora = checkout.folder / "stacks" / "Pulumi.local.evora.yaml"
        good = platform.read_text(), evora.read_text()
        second, third = (f"{{name: {name}, size: 48Ti, class: ssd}}" for name in ("vdc", "vdd"))
        platform.write_text(good[0].replace(f"- {second}", f"- {second}\n          - {third}"))
        evora.write_text(good[1].replace("copies: 2", "copies: 3"))
        try:
            said = refused(checkout.make("preview"))
        finally:
            platform.write_text(good[0])
            evora.write_text(good[1])

        assert (
            "pulumi state unprotect 'urn:pulumi:local::imaging::imaging:storage:Ceph$kubernetes:"
            "ceph.rook.io/v1:CephFilesystem::cephfilesystem-home-faro-x2-2aa0e9'" in said
        )
        assert '"home-faro-x3-2aa0e9": filesystemName is immutable' in said


class TestHealing:
    """What has died since the last run is mended by the next."""

    def test_a_dead_control_plane_is_started_again(self, checkout: Copy, up: Result) -> None:
        assert up.status == 0
        before = (checkout.state / "kubeconfig").read_text()
        _kill_all(checkout)
        again = checkout.make("up", "INSTITUTION=evora")

        assert 0 == again.status, again.text
        assert "nothing changed" in again.out
        assert before == (checkout.state / "kubeconfig").read_text()


class TestDown:
    """`make down` leaves nothing behind."""

    def test_no_process_and_no_file_is_left(
        self, checkout: Copy, up: Result, files: set[str]
    ) -> None:
        assert up.status == 0
        down = checkout.make("down")

        assert 0 == down.status, down.text
        assert [] == checkout.processes()
        assert files == checkout.files()

    def test_a_second_down_has_nothing_to_do(self, checkout: Copy) -> None:
        again = checkout.make("down")

        assert 0 == again.status, again.text
        assert "local isn't up; there is nothing to remove." in again.out


def _ready(pod: Mapping[str, Any]) -> bool:
    return any(
        each["type"] == "Ready" and each["status"] == "True" for each in pod["status"]["conditions"]
    )


def _manifests(recording: Recording) -> list[dict[str, Any]]:
    """What was sent to the API server; patches are parts of objects that aren't ours."""
    return [
        _whole_numbers(dict(each.inputs))
        for each in recording.resources.values()
        if each.type.startswith("kubernetes:") and not each.type.endswith("Patch")
    ]


def _whole_numbers(value: Any) -> Any:  # noqa: ANN401 - JSON
    """The protocol carries numbers as floats; the API server wants integers."""
    if isinstance(value, Mapping):
        return {key: _whole_numbers(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_whole_numbers(each) for each in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _dry_run(checkout: Copy, manifests: list[dict[str, Any]]) -> Result:
    return checkout.kubectl(
        "apply",
        "--server-side",
        "--dry-run=server",
        "--validate=strict",
        "--force-conflicts",
        "--filename=-",
        given=json.dumps({"apiVersion": "v1", "kind": "List", "items": manifests}),
    )


def _lost(sent: Any, found: Any, path: str) -> list[str]:  # noqa: ANN401 - JSON
    """Paths of fields that were sent and aren't there, or are there with another value."""
    if isinstance(sent, Mapping):
        if not isinstance(found, Mapping):
            return [path]
        lost = [_lost(each, found.get(key), f"{path}.{key}") for key, each in sent.items()]
        return [each for some in lost for each in some]
    if isinstance(sent, list):
        if not isinstance(found, list) or len(sent) != len(found):
            return [path]
        pairs = enumerate(zip(sent, found, strict=True))
        lost = [_lost(ours, theirs, f"{path}[{index}]") for index, (ours, theirs) in pairs]
        return [each for some in lost for each in some]
    left_out = found is None and not sent  # the API server doesn't store a false or a zero
    return [] if sent == found or left_out else [f"{path}: {sent!r} became {found!r}"]


def _kill_all(checkout: Copy) -> None:
    import psutil  # noqa: PLC0415

    for process in psutil.process_iter():
        try:
            mine = str(checkout.state) in " ".join(process.cmdline())
        except psutil.Error:
            continue
        if mine:
            process.kill()
