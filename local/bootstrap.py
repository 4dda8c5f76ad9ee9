"""Makes the project's Python environment, once, and prints the path of its interpreter.

Run as a script by whatever Python 3.11 or later the user has: `python3 local/bootstrap.py`. Its
interface is one line on stdout, the path of the environment's `python`; progress and refusals go
to stderr. It owns nothing but environments in the user's cache, one per lock file, Python version
and platform; older ones are left alone, since another checkout may use them. It uses the standard
library only, and syntax that an older Python still parses far enough to be refused in words.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import platform
import re
import shutil
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

if not __package__:  # run as a script: its own folder is on the path, not the checkout
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from local.paths import cache_dir, checkout

TYPE_CHECKING = False  # importing typing would take as long as all the rest of a ready run
if TYPE_CHECKING:
    from collections.abc import Iterator

OLDEST_PYTHON = (3, 11)
_REPORT_EVERY = 30.0  # seconds between lines where stderr is no terminal
_MARKER = "complete"  # written last: an environment without it is half-built


class BootstrapError(Exception):
    """The environment can't be made; the message says why and what to do."""


def refuse_old_python(version: tuple[int, ...]) -> None:
    """Raise BootstrapError for a Python older than this project's code."""
    if version < OLDEST_PYTHON:
        found, needed = (".".join(map(str, each)) for each in (version, OLDEST_PYTHON))
        raise BootstrapError(
            f"This project needs Python {needed} or later, and this is Python {found}"
            f" ({sys.executable}). Put a newer python3 first on PATH."
        )


def environment_folder(lock: bytes, cache: Path) -> Path:
    """Return the folder of the environment for the contents of a lock file and this Python."""
    python = f"{platform.python_implementation()} {platform.python_version()}"
    identity = f"{python} {sysconfig.get_platform()}\n".encode()
    digest = hashlib.sha256(identity + lock).hexdigest()
    return cache / "python" / digest[:16]


def is_ready(folder: Path) -> bool:
    """Say whether an environment was finished and its interpreter is still there."""
    return (folder / _MARKER).is_file() and os.access(folder / "bin" / "python", os.X_OK)


def explain(log: str) -> str:
    """Return a sentence for why pip failed, from what it printed."""
    if "DO NOT MATCH THE HASHES" in log:
        wrong = re.search(r"^\s+(\S+) from \S+.*:$", log, re.MULTILINE)
        return (
            f"What the package index delivered for {wrong[1] if wrong else 'a package'} does not"
            " match its hash in requirements.lock, so nothing of it was installed. Check which"
            " index or mirror pip is configured for (pip config list)."
        )
    errors = [line for line in log.splitlines() if line.startswith("ERROR:")]
    last = errors[-1] if errors else log.strip()[-300:]
    cut_off = re.search(r"connection broken|NewConnection|timed out|ProxyError|SSLError", log)
    if cut_off and re.search(r"No matching distribution|ConnectionPool|timed out", last):
        return (
            "No package index could be reached. Check the network, or set the index or mirror"
            " that your network allows (pip config set global.index-url ...), and run this again."
        )
    return f"pip said: {last}"


def _run(command: list[str], log: Path, title: str, started: float) -> None:
    """Run one command with its output in a file, showing the elapsed time meanwhile."""
    live = sys.stderr.isatty()
    with log.open("ab") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output)
        try:
            wait = 1.0 if live else _REPORT_EVERY
            while True:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(wait)
                    break
                clock = f"{title} … {time.monotonic() - started:.0f} s"
                sys.stderr.write(f"\r{clock}" if live else f"{clock}\n")
                sys.stderr.flush()
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait()
    if process.returncode != 0:
        text = log.read_text(errors="replace")
        raise BootstrapError(f"{explain(text)} The whole output is in {log}.")


def build(folder: Path, lock_file: Path) -> None:
    """Make an environment from the lock file, replacing a half-built one."""
    if not all(map(importlib.util.find_spec, ("venv", "ensurepip"))):
        raise BootstrapError(
            f"{sys.executable} lacks Python's venv module or its ensurepip. Install the package"
            " python3-venv (Debian, Ubuntu), or another Python of 3.11 or later."
        )
    packages = re.findall(r"^[\w.-]+==", lock_file.read_text(), re.MULTILINE)
    title = f"Preparing the Python environment ({len(packages)} packages, once)"
    started = time.monotonic()
    sys.stderr.write(title if sys.stderr.isatty() else f"{title} …\n")
    sys.stderr.flush()
    if folder.exists():
        shutil.rmtree(folder)
    log = folder.with_suffix(".log")
    log.unlink(missing_ok=True)
    _run([sys.executable, "-m", "venv", str(folder)], log, title, started)
    pip = [str(folder / "bin" / "python"), "-m", "pip", "--disable-pip-version-check"]
    # The lock names every package with its dependencies, so pip has nothing to resolve.
    options = ["--no-input", "--require-hashes", "--no-deps", "--requirement", str(lock_file)]
    _run([*pip, "install", *options], log, title, started)
    (folder / _MARKER).touch()
    log.unlink()
    over = "\r" if sys.stderr.isatty() else ""
    sys.stderr.write(f"{over}{title} … ready after {time.monotonic() - started:.0f} s\n")


@contextlib.contextmanager
def _only_one(lock: Path) -> Iterator[None]:
    """Hold a lock that other runs wait for; the kernel frees it however this run ends."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.stderr.write("Another run is preparing the Python environment; waiting for it.\n")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def prepare(lock_file: Path, cache: Path) -> Path:
    """Return the interpreter of the environment for a lock file, making it where needed."""
    try:
        folder = environment_folder(lock_file.read_bytes(), cache)
    except OSError as error:
        raise BootstrapError(f"The list of packages can't be read: {error}.") from error
    if not is_ready(folder):
        with _only_one(folder.with_suffix(".lock")):
            if not is_ready(folder):
                build(folder, lock_file)
    return folder / "bin" / "python"


def main() -> int:
    """Print the interpreter's path and return 0, or print why there is none and return 1."""
    try:
        refuse_old_python(sys.version_info[:2])
        python = prepare(checkout() / "requirements.lock", cache_dir())
    except BootstrapError as error:
        return _refuse(str(error), 1)
    except OSError as error:
        return _refuse(f"The Python environment can't be written: {error}.", 1)
    except KeyboardInterrupt:
        return _refuse("Interrupted; the next run prepares the environment anew.", 130)
    sys.stdout.write(f"{python}\n")
    return 0


def _refuse(sentence: str, status: int) -> int:
    """Say why there is no environment, on a line of its own below any progress."""
    sys.stderr.write(f"\n{sentence}\n" if sys.stderr.isatty() else f"{sentence}\n")
    return status


if __name__ == "__main__":
    sys.exit(main())
