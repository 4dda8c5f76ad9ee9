"""Asks Ceph whether every pool is still what was promised, and tells Prometheus's Pushgateway.

Owns the judgement and how it is told. Doesn't own the promises (:mod:`components.storage.drift`
renders them), and mends nothing. It runs by itself in a pod of Ceph's image, hence nothing but the
standard library, and nothing that Python 3.9 doesn't know.

Usage: ``drift_check.py PROMISES PUSHGATEWAY``, a file and a ``host:port``. ``MONITORS``,
``CEPH_USER`` and ``CEPH_KEY`` stand in the environment; the working directory gets Ceph's files.
It ends with 0 where every promise is kept, 1 where one isn't, 2 where that can't be told.
"""

from __future__ import annotations

import http.client
import json
import os
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from subprocess import SubprocessError, run
from typing import Any

Properties = Mapping[str, "int | str"]
"""A pool's properties: ``filesystem``, ``role``, ``crush_root`` and so on; some are numbers."""

_GROUP = "/metrics/job/pool-drift"
_PATIENCE = 60
_REPLICATED = 1
_UNTOLD = 2


class CannotTellError(Exception):
    """Ceph, or the Pushgateway, didn't answer as it should; the message is a sentence."""


@dataclass(frozen=True)
class Judgement:
    """One property of one pool, as promised and as observed; None is unpromised, or untold."""

    filesystem: str
    pool: str
    name: str
    promised: int | str | None
    observed: int | str | None

    @property
    def kept(self) -> bool:
        """Whether the promise is kept; what can't be told isn't."""
        return self.promised == self.observed


def observed(
    osds: Mapping[str, Any], crush: Mapping[str, Any], filesystems: Iterable[Mapping[str, Any]]
) -> dict[str, Properties]:
    """Read pools by name from ``osd dump``, ``osd crush dump`` and ``fs ls``.

    A property that can't be told, for example since the rule is of a shape of its own, is left out.
    """
    rules = {rule["rule_id"]: _placement(rule["steps"]) for rule in crush["rules"]}
    roles = _roles(filesystems)
    return {
        pool["pool_name"]: {
            **roles.get(pool["pool_name"], {}),
            **rules.get(pool["crush_rule"], {}),
            **_chunks(pool, osds["erasure_code_profiles"]),
            "size": pool["size"],
            "min_size": pool["min_size"],
        }
        for pool in osds["pools"]
    }


def _roles(filesystems: Iterable[Mapping[str, Any]]) -> dict[str, Properties]:
    """Tell whose each pool is; the first data pool also holds every inode's backtrace."""
    roles: dict[str, Properties] = {}
    for each in filesystems:
        name = each["name"]
        roles[each["metadata_pool"]] = {"filesystem": name, "role": "metadata"}
        for number, pool in enumerate(each["data_pools"]):
            roles[pool] = {"filesystem": name, "role": "data" if number else "default-data"}
    return roles


def _placement(steps: Sequence[Mapping[str, Any]]) -> Properties:
    """Read a rule as Rook makes them: copies over one kind of bucket, or over two, one in another.

    The device class stands in the name of the bucket that is taken, as in ``faro~ssd``.
    """
    chosen = [step for step in steps if not step["op"].startswith("set_")]
    if [step["op"] for step in (*chosen[:1], *chosen[-1:])] != ["take", "emit"]:
        return {}
    choices = chosen[1:-1]
    if not _spreads_all(choices):
        return {}
    root, _, device_class = chosen[0]["item_name"].partition("~")
    return {
        "crush_root": root,
        "device_class": device_class or "any",
        "failure_domain": choices[0]["type"],
        "sub_failure_domain": choices[1]["type"] if choices[1:] else "none",
        "copies_per_domain": choices[1]["num"] if choices[1:] else 1,
    }


def _spreads_all(choices: Sequence[Mapping[str, Any]]) -> bool:
    """Whether one or two choices spread as many copies as the pool has, and end at OSDs."""
    if len(choices) not in {1, 2} or not all(each["op"].startswith("choose") for each in choices):
        return False
    *outer, last = choices
    ends = last["op"].startswith("chooseleaf") or last["type"] == "osd"
    nested = all(not each["op"].startswith("chooseleaf") and last["num"] > 0 for each in outer)
    return ends and nested and choices[0]["num"] == 0


def _chunks(pool: Mapping[str, Any], profiles: Mapping[str, Mapping[str, str]]) -> Properties:
    """Read data and coding chunks: none where a pool holds whole copies."""
    if pool["type"] == _REPLICATED:
        return {"data_chunks": 0, "coding_chunks": 0}
    profile = profiles.get(pool["erasure_code_profile"], {})
    names = {"data_chunks": "k", "coding_chunks": "m"}
    return {name: int(profile[key]) for name, key in names.items() if key in profile}


def compare(
    promises: Mapping[str, Properties], found: Mapping[str, Properties]
) -> tuple[Judgement, ...]:
    """Judge every promised property of every pool, and the pools that nobody promised.

    Only pools of filesystems in the promises are judged: others are nobody's promise.
    """
    filesystems = {str(promise["filesystem"]) for promise in promises.values()}
    judged = [
        Judgement(str(promise["filesystem"]), pool, name, value, found.get(pool, {}).get(name))
        for pool, promise in promises.items()
        for name, value in promise.items()
    ]
    for pool, properties in found.items():
        filesystem = str(properties.get("filesystem"))
        if pool not in promises and filesystem in filesystems:
            judged.append(Judgement(filesystem, pool, "filesystem", None, filesystem))
    return tuple(judged)


def sentences(judged: Iterable[Judgement], pools: Iterable[str]) -> Iterator[str]:
    """Say what isn't as promised; ``pools`` are those that exist."""
    broken = [each for each in judged if not each.kept]
    missing = {each.pool: each.filesystem for each in broken if each.pool not in set(pools)}
    for pool, filesystem in missing.items():
        yield f"pool {pool} of {filesystem} doesn't exist, and was promised."
    for each in broken:
        if each.promised is None:
            yield f"pool {each.pool} belongs to {each.observed}, and nobody promised it."
        elif each.pool not in missing:
            what = f"{each.name} was promised as {each.promised}"
            yield f"pool {each.pool}: {what}, and {_in_words(each)}."


def _in_words(each: Judgement) -> str:
    if each.observed is not None:
        return f"is {each.observed}"
    if each.name in {"filesystem", "role"}:
        return "it belongs to no filesystem"
    return "it can't be told from its CRUSH rule or profile"


def metrics(judged: Sequence[Judgement], *, answered: bool, now: float) -> str:
    """Write the judgements as Prometheus reads them; ``now`` is in seconds since 1970."""
    promised = [each for each in judged if isinstance(each.promised, int)]
    known = [each for each in judged if isinstance(each.observed, int)]
    gauges = {
        "promise_kept": [f"{_labels(each)} {int(each.kept)}" for each in judged],
        "promised": [f"{_labels(each)} {each.promised}" for each in promised],
        "observed": [f"{_labels(each)} {each.observed}" for each in known],
        "check_answered": [f" {int(answered)}"],
        "check_timestamp_seconds": [f" {now:.0f}"],
    }
    lines = []
    for name, values in gauges.items():
        lines.append(f"# TYPE imaging_pool_{name} gauge")
        lines += [f"imaging_pool_{name}{value}" for value in values]
    return "\n".join(lines) + "\n"


def _labels(each: Judgement) -> str:
    values = (each.filesystem, each.pool, each.name)
    filesystem, pool, name = (json.dumps(value, ensure_ascii=False) for value in values)
    return f"{{filesystem={filesystem},pool={pool},property={name}}}"


def main(promises_file: str, pushgateway: str) -> int:
    """Check once, tell people and Prometheus; the result is the exit code."""
    try:
        promises: dict[str, Properties] = json.loads(Path(promises_file).read_text("utf-8"))
    except (OSError, ValueError) as error:
        # Nothing is pushed: a group without pools would look like one without faults.
        return _say([f"the promises can't be read: {error}."], _UNTOLD)
    try:
        found = _ask_ceph()
    except CannotTellError as error:
        code = _say([f"{error} No promise counts as kept until Ceph answers."], _UNTOLD)
        judged = compare(promises, {})
    else:
        judged = compare(promises, found)
        said = list(sentences(judged, found))
        kept = sum(each.kept for each in judged)
        said.append(f"{kept} of {len(judged)} properties are as promised.")
        code = _say(said, int(kept < len(judged)))
    try:
        _push(pushgateway, metrics(judged, answered=code != _UNTOLD, now=time.time()))
    except CannotTellError as error:
        code = _say([str(error)], _UNTOLD)
    return code


def _say(lines: Iterable[str], code: int) -> int:
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    return code


def _ask_ceph() -> dict[str, Properties]:
    monitors = ",".join(each.partition("=")[2] for each in os.environ["MONITORS"].split(","))
    user, key = os.environ["CEPH_USER"], os.environ["CEPH_KEY"]
    Path("ceph.conf").write_text(f"[global]\nmon_host = {monitors}\n", "utf-8")
    Path("keyring").write_text(f"[client.{user}]\nkey = {key}\n", "utf-8")
    osds, crush, filesystems = (
        _ask(user, *command)
        for command in (("osd", "dump"), ("osd", "crush", "dump"), ("fs", "ls"))
    )
    try:
        return observed(osds, crush, filesystems)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise CannotTellError(f"Ceph's answer isn't of the known form: {error!r}.") from error


def _ask(user: str, *command: str) -> Any:  # noqa: ANN401 - Ceph's JSON
    where = ("--conf", "ceph.conf", "--keyring", "keyring", "--id", user)
    patience = ("--connect-timeout", str(_PATIENCE // 2))
    asked = f"ceph {' '.join(command)}"
    try:
        done = run(
            ["ceph", *where, *patience, *command, "--format", "json"],
            capture_output=True,
            check=False,
            text=True,
            timeout=_PATIENCE,
        )
    except (OSError, SubprocessError) as error:
        raise CannotTellError(f"{asked} can't be run: {error}.") from error
    if done.returncode:
        sys.stderr.write(done.stderr)
        last = (done.stderr.strip() or "it said nothing").splitlines()[-1]
        raise CannotTellError(f"{asked} failed: {last}.")
    try:
        return json.loads(done.stdout)
    except ValueError as error:
        raise CannotTellError(f"{asked} didn't answer in JSON: {error}.") from error


def _push(pushgateway: str, text: str) -> None:
    """Replace what the last check told."""
    connection = http.client.HTTPConnection(pushgateway, timeout=_PATIENCE // 2)
    try:
        connection.request("PUT", _GROUP, text.encode(), {"Content-Type": "text/plain"})
        answer = connection.getresponse()
        if answer.status >= 300:  # noqa: PLR2004 - what isn't a success
            why = answer.read(500).decode(errors="replace").strip()
            raise CannotTellError(f"the Pushgateway refused with {answer.status}: {why}.")
    except (OSError, http.client.HTTPException) as error:
        what = f"the Pushgateway at {pushgateway} can't be reached: {error}"
        raise CannotTellError(f"{what}; Prometheus doesn't know this result.") from error
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
