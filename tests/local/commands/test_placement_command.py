"""`make placement` tells and draws where copies lie and what each loss leaves."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from components.placement import place
from local.commands.__main__ import main
from local.commands.environment import Environment
from local.commands.placement import show
from local.commands.placement_drawing import draw
from local.commands.svg import Page
from tests.components.builders import Numbers, Promise, catalog
from tests.components.placement.coding import at_home, coded

ROOT = Path(__file__).resolve().parents[3]
SVG = "{http://www.w3.org/2000/svg}"


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[list[str]]:
    """What the command printed: words of each line."""
    assert 0 == main(["placement", *arguments])
    return [line.split() for line in capsys.readouterr().out.splitlines()]


def row(lines: list[list[str]], start: str) -> str:
    """The first line that starts with these words, with single spaces."""
    return next(" ".join(line) for line in lines if " ".join(line).startswith(start))


def drawn(numbers: Numbers, promises: dict[str, Promise]) -> ET.Element:
    found = catalog(numbers, promises)
    return ET.fromstring(draw(Environment(found, place(found), None)))


def texts(document: ET.Element) -> list[str]:
    return [each.text or "" for each in document.iter(f"{SVG}text")]


def home(copies: int = 2, survive: str = "disk") -> Promise:
    return Promise("lis", "home-data-centre", copies, survive)


class TestTables:
    """Each institution reads where its copies lie, and what a loss means for it."""

    def test_where_the_copies_lie(self, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
        lines = told(capsys, "--svg", str(tmp_path / "x.svg"), "--institution", "evora")

        assert "faro 2, each on a disk of its own worker-3 2 x 48Ti ssd" == row(lines, "faro")
        assert [] == [line for line in lines if line[:1] == ["aveiro"]]

    def test_what_each_loss_leaves(
        self, capsys: pytest.CaptureFixture[str], tmp_path: Path
    ) -> None:
        lines = told(capsys, "--svg", str(tmp_path / "x.svg"), "--institution", "evora")

        assert (
            "a disk in faro 1 of 2 copies nothing is lost, but reads and writes wait until a copy "
            "is back"
        ) == row(lines, "a disk in faro")
        assert "data centre faro 0 of 2 copies examinations are lost, unless the data" in row(
            lines, "data centre faro"
        )
        assert (
            "data centre lisbon or porto 2 of 2 copies nothing is lost, and no copy is missing"
            == row(lines, "data centre lisbon")
        )

    def test_what_home_does_not_give(
        self, capsys: pytest.CaptureFixture[str], tmp_path: Path
    ) -> None:
        lines = told(capsys, "--svg", str(tmp_path / "x.svg"))
        notes = [line for line in lines if line[:1] == ["Note:"]]

        assert 1 == len(notes)
        assert "while faro can't reach most of Ceph's monitors" in " ".join(notes[0])


class TestChunks:
    """Of an erasure-coded class people read chunks, and how many of them are enough."""

    @pytest.fixture
    def environment(self) -> Environment:
        found = coded({"lis": [[100]] * 7, "far": [[100]]}, {"santa-maria": at_home(3)})
        return Environment(found, place(found), None)

    def test_in_the_tables(
        self, environment: Environment, capsys: pytest.CaptureFixture[str], tmp_path: Path
    ) -> None:
        show(environment, str(tmp_path / "x.svg"))
        lines = [line.split() for line in capsys.readouterr().out.splitlines()]

        assert "lis 6, each on a host of its own any of 7 7 x 100Gi ssd" == row(lines, "lis")
        assert "Data centre Chunks of each object Hosts Disks" == row(lines, "Data centre Ch")
        assert (
            "a host in lis 5 of 6 chunks nothing is lost; reads and writes go on after some seconds"
        ) == row(lines, "a host in lis")
        assert (
            "where 6 chunks, of which any 4 restore an object, stand for 3 copies; names lie in 3 "
            "copies"
        ) in " ".join(" ".join(line) for line in lines)

    def test_in_the_drawing(self, environment: Environment) -> None:
        found = texts(ET.fromstring(draw(environment)))

        assert "santa-maria: 6 chunks" in found
        assert "5 of 6 chunks: goes on" in found
        (legend,) = [each for each in found if each.startswith("santa-maria (")]
        assert (
            "santa-maria (Hospital of Aveiro): 6 chunks, of which any 4 restore an object, in lis; "
            "class home-lis-ec4m2-3aaad3"
        ) == legend

    def test_a_home_without_a_spare_host_is_noted(
        self, capsys: pytest.CaptureFixture[str], tmp_path: Path
    ) -> None:
        found = coded({"lis": [[100]] * 4}, {"h": at_home(3)})
        show(Environment(found, place(found), None), str(tmp_path / "x.svg"))

        assert "Note: every object has a chunk on each of the 4 storage hosts of lis" in (
            capsys.readouterr().out
        )


class TestDrawing:
    """One page: columns, hosts, disks, marks, legend and losses."""

    def test_every_data_centre_host_and_institution_is_there(self) -> None:
        numbers: Numbers = {"lis": [[100, 100], [100]], "far": [[100]], "empty": []}
        found = texts(drawn(numbers, {"santa-maria": home()}))

        hosts = {"lis-host-0", "lis-host-1", "far-host-0"}
        assert {"lis", "far", "empty", "no storage", "santa-maria"} | hosts <= {
            text.partition(" (")[0] for text in found
        }
        assert 1 == len([text for text in found if text.startswith("santa-maria (")])

    def test_marks_stand_on_the_disks_where_copies_may_lie(self) -> None:
        numbers: Numbers = {"lis": [[100, 100], [100]], "far": [[100]]}
        document = drawn(numbers, {"h": home()})
        legend_column_and_losses = 3

        marks = len(document.findall(f"{SVG}circle"))

        assert 3 + legend_column_and_losses == marks

    def test_losses_stand_in_the_table(self) -> None:
        document = drawn({"lis": [[100, 100]], "far": [[100]]}, {"h": home()})

        assert ["1 of 2 copies: waits", "0 of 2 copies: is lost", "0 of 2 copies: is lost"] == [
            text for text in texts(document) if " copies: " in text and " of " in text
        ]

    def test_names_that_look_like_markup_are_text(self) -> None:
        page = Page(400, "<b>")
        page.text((0, 0), "Hospital <script> & Sons")

        assert ["Hospital <script> & Sons"] == texts(ET.fromstring(page.finished(10)))

    def test_what_does_not_fit_is_cut_and_whole_in_the_tooltip(self) -> None:
        page = Page(400, "title")
        page.text((0, 0), "a" * 100, width=70)
        (line,) = ET.fromstring(page.finished(10)).iter(f"{SVG}text")

        assert "aaaaaaaaa…" == line.text
        assert "a" * 100 == line.findtext(f"{SVG}title")

    def test_large_environments_say_what_is_left_out(self) -> None:
        numbers: Numbers = {"lis": [[100] * 12] * 40}
        found = texts(drawn(numbers, {f"h{number:02}": home() for number in range(15)}))

        assert "3 more institutions aren't drawn; name one: INSTITUTION=" in found
        assert "and 36 more hosts" in found
        assert 4 == found.count("and 6 more disks")

    def test_nothing_is_drawn_outside_the_page(self) -> None:
        numbers: Numbers = {name: [[100] * 8] * 5 for name in ("lis", "b", "c", "d", "e")}
        document = drawn(numbers, {f"h{number:02}": home() for number in range(15)})
        width, height = float(document.attrib["width"]), float(document.attrib["height"])

        for box in document.iter(f"{SVG}rect"):
            assert width >= float(box.get("x", 0)) + float(box.attrib["width"])
            assert height >= float(box.get("y", 0)) + float(box.attrib["height"])
        for text in document.iter(f"{SVG}text"):
            assert height >= float(text.attrib["y"])

    def test_the_same_environment_is_the_same_drawing(self) -> None:
        first, second = (ET.tostring(drawn({"lis": [[100, 100]]}, {"h": home()})) for _ in range(2))

        assert first == second


class TestCommand:
    """It answers from the stack files alone, and says where the drawing is."""

    def test_the_drawing_is_named_after_the_environment(
        self,
        capsys: pytest.CaptureFixture[str],
        monkeypatch: pytest.MonkeyPatch,
        tmp_path: Path,
    ) -> None:
        monkeypatch.chdir(tmp_path)

        assert "Drawn: placement-local.svg" == row(told(capsys), "Drawn:")
        assert ["placement-local.svg"] == [path.name for path in tmp_path.iterdir()]

    def test_a_file_that_cannot_be_written_is_a_sentence(
        self, capsys: pytest.CaptureFixture[str], tmp_path: Path
    ) -> None:
        path = tmp_path / "missing" / "x.svg"

        assert 1 == main(["placement", "--svg", str(path)])
        assert (
            f"the drawing couldn't be written to {path}: No such file or directory; say another "
            "file with SVG=\n"
        ) == capsys.readouterr().err

    def test_an_unknown_institution_draws_nothing(
        self, capsys: pytest.CaptureFixture[str], tmp_path: Path
    ) -> None:
        path = tmp_path / "x.svg"

        assert 1 == main(["placement", "--institution", "evoa", "--svg", str(path)])
        assert "there is no institution 'evoa' in local" in capsys.readouterr().err
        assert not path.exists()

    def test_it_loads_neither_pulumi_nor_a_kubernetes_client(self, tmp_path: Path) -> None:
        script = (
            "import sys; from local.commands.__main__ import main; "
            f"main(['placement', '--svg', {str(tmp_path / 'x.svg')!r}]); "
            "print([m for m in ('pulumi', 'kubernetes', 'grpc') if m in sys.modules])"
        )
        result = subprocess.run(
            [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
        )

        assert "[]" == result.stdout.splitlines()[-1]

    def test_the_makefile_hands_over_what_was_asked(self, tmp_path: Path) -> None:
        path = tmp_path / "a b.svg"
        result = subprocess.run(
            ["make", "-s", "placement", "INSTITUTION=evora", f"SVG={path}"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )

        assert 0 == result.returncode, result.stderr
        assert f"Drawn: {path}" == result.stdout.splitlines()[-1]
        assert path.is_file()
