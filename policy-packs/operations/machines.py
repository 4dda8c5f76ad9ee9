"""The rules of what runs on machines over SSH: on which, what others may see, and how one leaves.

Owns the judgement of connections and command lines. Doesn't own what a script does, nor the secrets
in its standard input, which may be unknown in a preview and is read by nobody here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import ip_address
from typing import Final

from judging.kinds import REMOTE_COMMAND
from judging.promises import platform
from judging.rule import Rule
from judging.subject import Resource

_COMMAND_LINE: Final = re.compile(r"(sudo -n )?bash -s -- [a-z]+")
_WAYS_OUT: Final = {"stay": "leave", "admit": "release", "clear": "forget"}
"""What undoes a step once its machine goes: reset; drained, if Ceph can spare it; deleted."""


def _told_apart(resource: Resource) -> Iterator[str]:
    connection = resource.props["connection"]
    address = str(connection["host"])
    expected = platform(resource.stack.environment).host_keys.get(ip_address(address))
    if resource.stack.institution or expected is None:
        yield f"it runs on {address}, which is no machine of this stack's file"
    elif str(connection.get("hostKey") or "") != expected:
        yield f"it doesn't demand the host key that the stack file names for {address}"


def _hidden(resource: Resource) -> Iterator[str]:
    props = resource.props
    for key in ("create", "update", "delete"):
        said = props["create"] if key == "create" else props.get(key)
        if said is not None and not _COMMAND_LINE.fullmatch(str(said)):
            yield f"{key} isn't 'bash -s --' and one word; every user of the machine sees the line"
    if props.get("environment"):
        yield "it has an environment, in which secrets show"
    if props.get("logging") != "stderr":
        yield "its standard output is logged, and invitations are printed there: logging: stderr"


def _undone(resource: Resource) -> Iterator[str]:
    verb = str(resource.props["create"]).rpartition(" ")[2]
    expected = _WAYS_OUT.get(verb, "nothing")
    found = str(resource.props.get("delete") or "nothing").rpartition(" ")[2]
    if found != expected:
        yield f"it does {verb}, and delete does {found} and not {expected}"


RULES: Final = (
    Rule(
        "machines-are-told-apart",
        "No step over SSH goes to a machine that can't prove to be one of the stack file's.",
        "Take host and hostKey of the environment's machines, as components/cluster does.",
        frozenset({REMOTE_COMMAND}),
        _told_apart,
    ),
    Rule(
        "steps-show-no-secret",
        "No secret stands on a machine's command lines, in an environment or in Pulumi's log.",
        "Feed the script, with its secrets, through stdin; log stderr alone.",
        frozenset({REMOTE_COMMAND}),
        _hidden,
    ),
    Rule(
        "machines-leave-in-order",
        "A machine that goes is drained first, if Ceph can spare it, then reset, then forgotten.",
        "Take the steps of components/cluster/machines.py.",
        frozenset({REMOTE_COMMAND}),
        _undone,
    ),
)
