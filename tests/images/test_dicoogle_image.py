"""The image of Dicoogle against what the manifests and scripts rely on.

The image itself isn't built here: its archives come from where each environment says.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Final

import pytest

from components.archive import pod as parts
from components.archive import settings
from tests.components.archive.archives import INGEST, READERS, SCRIPTS, dicoogle, pod
from tests.components.archive.dicoogle_stand_in import Archive, served

FOLDER: Final = Path(__file__).resolve().parents[2] / "images" / "dicoogle"
SETTINGS: Final = [
    f"{name}.xml"
    for name in ("server", "durable-storage", "luceneset", "roles", "tags", "log4j2", "users")
]
DOCKERFILE: Final = (FOLDER / "Dockerfile").read_text().replace("\\\n", " ")


def instructions(name: str) -> list[str]:
    """What stands behind each instruction of a name, in order."""
    found: list[str] = re.findall(rf"^{name}\s+(.*)$", DOCKERFILE, re.MULTILINE)
    return found


def tools() -> list[str]:
    """The tools that the image promises."""
    (found,) = re.findall(r"for tool in ([^;]+);", DOCKERFILE)
    return str(found).split()


class TestContract:
    """Paths, user and ports are the same in image and manifests."""

    def test_it_runs_as_the_user_of_the_pods(self) -> None:
        security = pod(INGEST)["securityContext"]

        assert [f"{security['runAsUser']}:{security['runAsGroup']}"] == instructions("USER")

    def test_its_working_directory_is_the_pods(self) -> None:
        assert [dicoogle(READERS)["workingDir"]] == instructions("WORKDIR")

    def test_it_names_the_ports_that_the_pods_open(self) -> None:
        opened = {
            each["containerPort"]
            for manifests in (INGEST, READERS)
            for each in dicoogle(manifests)["ports"]
        }

        assert opened == set(map(int, " ".join(instructions("EXPOSE")).split()))

    def test_its_command_is_what_the_pods_run(self) -> None:
        (command,) = instructions("CMD")

        assert dicoogle(READERS)["command"] == re.findall(r'"([^"]+)"', command)

    def test_dicoogle_lies_where_the_pods_look(self) -> None:
        copied = [each.split()[-1] for each in instructions("COPY") if "--from=assembly" in each]

        assert [parts.APPLICATION] == copied

    def test_the_storage_plugin_comes_from_this_projects_build(self) -> None:
        (copied,) = [each for each in instructions("COPY") if "--from=plugin" in each]

        assert ["durable-storage.jar", f"{parts.APPLICATION}/Plugins/"] == copied.split()[-2:]

    def test_volumes_can_be_mounted_where_the_pods_mount_them(self) -> None:
        made = " ".join(instructions("RUN"))

        assert all(
            path.rstrip("/") in made
            for path in (settings.IMAGES_PATH, settings.INDEX_PATH, parts.WORK)
        )


class TestSupply:
    """Every archive is named and checked by whoever builds; nothing comes later."""

    def test_no_archive_and_no_checksum_has_a_default(self) -> None:
        arguments = instructions("ARG")

        assert {
            f"{name}_{what}" for name in ("DICOOGLE", "LUCENE") for what in ("URL", "SHA256")
        } == {each for each in arguments if "=" not in each}
        assert ["JAVA_IMAGE=eclipse-temurin:11-jre-jammy"] == [e for e in arguments if "=" in e]

    def assemble(self, tmp_path: Path, **archives: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["/bin/sh", str(FOLDER / "assemble.sh"), str(tmp_path / "out")],
            env={"PATH": os.environ["PATH"], **archives},
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )

    @pytest.fixture
    def archives(self, tmp_path: Path) -> dict[str, str]:
        (tmp_path / "a.jar").write_bytes(b"archive")
        digest = hashlib.sha256(b"archive").hexdigest()
        return {
            f"{name}_{what}": value
            for name in ("DICOOGLE", "LUCENE")
            for what, value in (("URL", (tmp_path / "a.jar").as_uri()), ("SHA256", digest))
        }

    def test_what_the_checksums_promise_is_laid_out(
        self, tmp_path: Path, archives: dict[str, str]
    ) -> None:
        result = self.assemble(tmp_path, **archives)

        assert (0, "") == (result.returncode, result.stderr)
        assert {"dicoogle.jar", "Plugins/lucene.jar"} == {
            str(each.relative_to(tmp_path / "out")) for each in (tmp_path / "out").rglob("*.jar")
        }

    def test_another_file_under_the_same_name_is_refused(
        self, tmp_path: Path, archives: dict[str, str]
    ) -> None:
        result = self.assemble(tmp_path, **{**archives, "LUCENE_SHA256": "0" * 64})

        assert 1 == result.returncode
        assert "lucene: what came from" in result.stderr

    @pytest.mark.parametrize("missing", ["DICOOGLE_URL", "LUCENE_SHA256"])
    def test_an_argument_that_is_missing_is_named(
        self, tmp_path: Path, archives: dict[str, str], missing: str
    ) -> None:
        del archives[missing]
        result = self.assemble(tmp_path, **archives)

        assert 1 == result.returncode
        assert "give its URL and SHA-256 as build arguments" in result.stderr


class TestTools:
    """The pods' scripts and commands get along with the tools that the image promises."""

    @pytest.fixture
    def path(self, tmp_path: Path) -> str:
        """A folder with these tools and no other."""
        folder = tmp_path / "tools"
        folder.mkdir()
        for tool in set(tools()) - {"java"}:
            found = shutil.which(tool)
            assert found is not None
            (folder / tool).symlink_to(found)
        return str(folder)

    @pytest.mark.parametrize(
        ("script", "arguments"),
        [
            ("prepare.sh", ["{0}/app", "{0}", "{0}"]),
            ("place-sentinel.sh", ["{0}/users.xml", "{0}/images/sentinel.dcm"]),
            ("wait-for-index.sh", ["{0}"]),
            ("ingest-ready.sh", ["{1}/health/ready", "100", "{0}"]),
            ("ingest-alive.sh", ["{1}"]),
            ("reconcile.sh", []),
        ],
    )
    def test_every_script_succeeds_with_them(
        self, tmp_path: Path, path: str, script: str, arguments: list[str]
    ) -> None:
        jars = [f"app/Plugins/{name}.jar" for name in ("lucene", "durable-storage")]
        for file in (*jars, "indexed/segments_1", "images/1.dcm", *SETTINGS):
            (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / file).write_text("content")
        (tmp_path / "work").mkdir()
        with served(Archive(indexable=1)) as archive:
            result = subprocess.run(
                ["/bin/sh", str(SCRIPTS / script)]
                + [each.format(tmp_path, archive.url) for each in arguments],
                env={
                    "PATH": path,
                    "POD_NAME": "ingest-0",
                    "ARCHIVE": archive.url,
                    "IMAGES": f"{tmp_path}/images",
                    "INSTITUTION": "aveiro",
                    "PUSHGATEWAY": archive.url,
                    "SETTLED": "0",
                    "PAUSE": "0.05",
                },
                cwd=tmp_path / "work",
                capture_output=True,
                text=True,
                timeout=30,
                check=False,
            )

        assert (0, "") == (result.returncode, result.stderr)

    def test_the_lock_is_promised(self) -> None:
        assert dicoogle(INGEST)["command"][0] in tools()

    def test_a_second_process_doesnt_get_the_lock(self, tmp_path: Path) -> None:
        command = dicoogle(INGEST)["command"]
        flags = command[: command.index("java")]
        flags[flags.index("--timeout") + 1] = "0.1"
        locked = [*flags[:-1], str(tmp_path / "ingest.lock")]
        with subprocess.Popen(
            [*locked, "cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as one:
            assert one.stdin is not None
            assert one.stdout is not None
            one.stdin.write(b"held\n")
            one.stdin.flush()
            assert b"held\n" == one.stdout.readline()
            second = subprocess.run([*locked, "true"], check=False, timeout=30)
            one.kill()
        third = subprocess.run([*locked, "true"], check=False, timeout=30)

        assert (75, 0) == (second.returncode, third.returncode)
