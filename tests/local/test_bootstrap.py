"""The Python environment: made once, whole or not at all, refused in words.

Real environments are made here, offline, of one tiny package, in a checkout of three files.
"""

import base64
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from local import bootstrap
from local.paths import checkout

_PATIENCE = 60.0


@dataclass(frozen=True)
class Checkout:
    """A checkout whose lock file names one package, and a user with a cache of their own."""

    root: Path
    cache: Path
    wheels: Path

    @property
    def lock(self) -> Path:
        return self.root / "requirements.lock"

    def start(self, **environment: str) -> subprocess.Popen[str]:
        settings = {
            "XDG_CACHE_HOME": str(self.cache),
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(self.wheels),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        return subprocess.Popen(
            [sys.executable, self.root / "local" / "bootstrap.py"],
            env=os.environ | settings | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def run(self, **environment: str) -> tuple[int, str, str]:
        """Return the exit status, stdout and stderr of one run."""
        process = self.start(**environment)
        out, err = process.communicate(timeout=_PATIENCE)
        return process.returncode, out.strip(), err

    def environments(self) -> list[Path]:
        return [each for each in self.cache.glob("*/python/*") if each.is_dir()]


def _wheel(folder: Path) -> str:
    """Write a wheel of one module and return its SHA-256."""
    folder.mkdir()
    files = {
        "tiny.py": "answer = 42\n",
        "tiny-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n",
        "tiny-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\n",
    }
    record = ""
    for name, text in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest())
        record += f"{name},sha256={digest.decode().rstrip('=')},{len(text)}\n"
    files["tiny-1.0.dist-info/RECORD"] = record + "tiny-1.0.dist-info/RECORD,,\n"
    path = folder / "tiny-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        for name, text in files.items():
            wheel.writestr(name, text)
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def fresh(tmp_path: Path) -> Checkout:
    """Return a checkout where nothing was made yet."""
    made = Checkout(tmp_path / "checkout", tmp_path / "cache", tmp_path / "wheels")
    (made.root / "local").mkdir(parents=True)
    for name in ("__init__.py", "paths.py", "bootstrap.py"):
        shutil.copy(checkout() / "local" / name, made.root / "local" / name)
    made.lock.write_text(f"tiny==1.0 \\\n    --hash=sha256:{_wheel(made.wheels)}\n")
    return made


class TestAFirstRun:
    """One run gives an interpreter with the locked packages; later runs cost nothing."""

    def test_prints_an_interpreter_that_has_the_packages(self, fresh: Checkout) -> None:
        status, python, progress = fresh.run()
        answer = subprocess.run(
            [python, "-c", "import tiny; print(tiny.answer)"],
            check=True,
            capture_output=True,
            text=True,
        ).stdout

        assert (0, "42\n") == (status, answer)
        assert "Preparing the Python environment (1 packages, once)" in progress
        assert (0, python, "") == fresh.run()

    def test_leaves_the_environment_of_another_lock_alone(self, fresh: Checkout) -> None:
        _, before, _ = fresh.run()
        fresh.lock.write_text(f"# changed\n{fresh.lock.read_text()}")
        _, after, _ = fresh.run()

        assert before != after
        assert Path(before).exists()


class TestAnInterruptedRun:
    """Whatever an interrupted run left, the next finishes the work."""

    def test_killed_half_way_is_done_anew(self, fresh: Checkout) -> None:
        process = fresh.start()
        deadline = time.monotonic() + _PATIENCE
        while not fresh.environments() and time.monotonic() < deadline:
            time.sleep(0.02)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate(timeout=_PATIENCE)
        half_built = fresh.environments()
        status, python, _ = fresh.run()

        assert 1 == len(half_built)
        assert (0, half_built[0] / "bin" / "python") == (status, Path(python))

    def test_a_half_built_environment_is_not_taken_for_ready(self, tmp_path: Path) -> None:
        python = tmp_path / "bin" / "python"
        python.parent.mkdir()
        python.symlink_to(sys.executable)

        assert not bootstrap.is_ready(tmp_path)

    def test_an_environment_whose_python_is_gone_is_not_ready(self, tmp_path: Path) -> None:
        (tmp_path / "complete").touch()
        (tmp_path / "bin").mkdir()
        (tmp_path / "bin" / "python").symlink_to(tmp_path / "uninstalled")

        assert not bootstrap.is_ready(tmp_path)

    def test_two_runs_at_once_make_one_environment(self, fresh: Checkout) -> None:
        first, second = fresh.start(), fresh.start()
        results = [each.communicate(timeout=_PATIENCE) for each in (first, second)]
        progress = "".join(err for _, err in results)

        assert results[0][0] == results[1][0] != ""
        assert 1 == progress.count("ready after")


class TestARefusal:
    """What can't be done is said in a sentence, without a traceback, with exit status 1."""

    def test_a_package_that_is_not_the_locked_one(self, fresh: Checkout) -> None:
        fresh.lock.write_text(f"tiny==1.0 \\\n    --hash=sha256:{'0' * 64}\n")
        status, python, said = fresh.run()

        assert (1, "") == (status, python)
        assert "tiny==1.0 does not match its hash in requirements.lock" in said
        assert "Traceback" not in said

    def test_no_index_in_reach(self, fresh: Checkout) -> None:
        status, python, said = fresh.run(
            PIP_NO_INDEX="0",
            PIP_FIND_LINKS="",
            PIP_INDEX_URL="http://127.0.0.1:9/simple",
            PIP_RETRIES="1",
        )

        assert (1, "") == (status, python)
        assert "No package index could be reached" in said
        assert "Traceback" not in said

    def test_a_cache_that_can_not_be_written(self, fresh: Checkout) -> None:
        fresh.cache.write_text("a file, where a folder should be")
        status, _, said = fresh.run()

        assert 1 == status
        assert "The Python environment can't be written" in said

    def test_an_old_python(self) -> None:
        with pytest.raises(bootstrap.BootstrapError, match=r"needs Python 3\.11 .* Python 3\.9 "):
            bootstrap.refuse_old_python((3, 9))

    def test_a_python_without_ensurepip(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setattr("importlib.util.find_spec", lambda name: name == "venv" or None)

        with pytest.raises(bootstrap.BootstrapError, match="python3-venv"):
            bootstrap.build(tmp_path / "environment", tmp_path / "requirements.lock")

    def test_other_words_of_pip_are_passed_on(self) -> None:
        assert "pip said: ERROR: the disk is full" == bootstrap.explain(
            "Collecting tiny\nERROR: the disk is full\n"
        )
