"""The publishers' own downloads, where the network lets them through, checked before use.

Which hosts can be reached is asked once, of all at the same time, and remembered for a day: in a
closed network nobody waits for time-outs again. A failure here is never final, since every tool
can also be built; so everything is told as DownloadError.
"""

import hashlib
import json
import shutil
import tarfile
import threading
import time
from collections.abc import Iterable
from pathlib import Path

import httpx

from local.toolchain.tools import Download, Tool

_PROBE_SECONDS = 3.0
_REMEMBERED_SECONDS = 24 * 3600.0
_TIMEOUT = httpx.Timeout(20.0, connect=5.0)
_AS_IS = {"Accept-Encoding": "identity"}  # the checksum is of the file, not of a compressed copy


class DownloadError(Exception):
    """A download can't be had or can't be trusted; the message is the end of a sentence."""


def _host(url: str) -> str:
    return httpx.URL(url).netloc.decode()


def _answers(url: str) -> bool:
    """Say whether a host delivers a file, which a filtering proxy's refusal is not."""
    try:
        return httpx.head(url, timeout=_PROBE_SECONDS).status_code < httpx.codes.BAD_REQUEST
    except httpx.HTTPError:
        return False


def _probe(urls: dict[str, str]) -> dict[str, bool]:
    """Ask one file of every host, all at once.

    Threads that may be left behind, since a name look-up that hangs can't be interrupted.
    """
    answers = dict.fromkeys(urls, False)

    def ask(host: str) -> None:
        answers[host] = _answers(urls[host])

    threads = [threading.Thread(target=ask, args=(host,), daemon=True) for host in urls]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + _PROBE_SECONDS
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    return dict(answers)


def reachable_hosts(tools: Iterable[Tool], cache: Path) -> frozenset[str]:
    """Return the hosts (with port) of these tools' downloads that can be reached."""
    urls = {
        _host(tool.download.url): tool.download.fill(tool.download.checksums, tool.version)
        for tool in tools
        if tool.download is not None
    }
    record = cache / "reachable-hosts.json"
    now = time.time()
    known = {
        host: answer
        for host, answer in _read(record).items()
        if now - answer["asked"] < _REMEMBERED_SECONDS
    }
    unknown = {host: url for host, url in urls.items() if host not in known}
    if unknown:
        fresh = {host: {"asked": now, "reached": ok} for host, ok in _probe(unknown).items()}
        known |= fresh
        cache.mkdir(parents=True, exist_ok=True)
        draft = record.with_name(f".{record.name}.{threading.get_native_id()}")
        draft.write_text(json.dumps(known, indent=1))
        draft.replace(record)
    return frozenset(host for host in urls if known[host]["reached"])


def _read(record: Path) -> dict[str, dict[str, float]]:
    try:
        answers = json.loads(record.read_text())
        return {str(h): {"asked": a["asked"], "reached": a["reached"]} for h, a in answers.items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return {}


def offer(tool: Tool, reachable: frozenset[str]) -> Download | None:
    """Return a tool's download; None where there is none or its host can't be reached."""
    download = tool.download
    return download if download is not None and _host(download.url) in reachable else None


def fetch(tool: Tool, download: Download, folder: Path) -> str:
    """Put a tool's programs into a folder and return the URL they came from.

    Raises:
        DownloadError: it could not be had, or doesn't match its checksum.
    """
    url = download.fill(download.url, tool.version)
    archive = folder / ".download"
    try:
        with httpx.Client(follow_redirects=True, timeout=_TIMEOUT, headers=_AS_IS) as client:
            checksums = client.get(download.fill(download.checksums, tool.version))
            expected = _digest(checksums.raise_for_status().text, url.rpartition("/")[2])
            actual = _save(client, url, archive)
        if actual != expected:
            raise DownloadError(f"{url} doesn't match the checksum that its publisher gives")
        if download.inside is None:
            archive.replace(folder / tool.name)
        else:
            _unpack(archive, download.fill(download.inside, tool.version), tool, folder)
    except httpx.HTTPError as error:
        raise DownloadError(f"{url} could not be had ({error})") from error
    finally:
        archive.unlink(missing_ok=True)
    return url


def _save(client: httpx.Client, url: str, target: Path) -> str:
    """Save a file and return its SHA-256."""
    digest = hashlib.sha256()
    with client.stream("GET", url) as response, target.open("wb") as output:
        response.raise_for_status()
        for chunk in response.iter_bytes(1 << 20):
            digest.update(chunk)
            output.write(chunk)
    return digest.hexdigest()


def _digest(checksums: str, name: str) -> str:
    """Return a file's digest from a list of `digest  name`, or from a digest alone."""
    lines = [line.split() for line in checksums.splitlines() if line.strip()]
    if len(lines) == 1 and len(lines[0]) == 1:
        return lines[0][0].lower()
    for fields in lines:
        if fields[-1].lstrip("*").removeprefix("./") == name:
            return fields[0].lower()
    raise DownloadError(f"the publisher's list of checksums doesn't name {name}")


def _unpack(archive: Path, inside: str, tool: Tool, folder: Path) -> None:
    """Take a tool's programs, and nothing else, out of an archive."""
    try:
        with tarfile.open(archive, "r:gz") as content:
            for name in tool.programs:
                member = content.extractfile(f"{inside}/{name}")
                if member is None:
                    raise DownloadError(f"{name} is no file in the archive")
                with (folder / name).open("wb") as program:
                    shutil.copyfileobj(member, program)
    except (tarfile.TarError, KeyError, OSError) as error:
        raise DownloadError(f"its archive can't be used ({error})") from error
