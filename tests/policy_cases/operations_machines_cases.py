"""The cases of the pack ``operations`` that are about machines and steps over SSH.

Owns what each of these rules must refuse. Doesn't own how it is asked.
"""

from __future__ import annotations

from typing import Final

from tests.policy_cases.case import REMOVED, Case, Fail

_STEP: Final = "production Command/member-lisbon-1"
_CONNECTION: Final = "connection|value"

CASES: Final = (
    Case(
        "machines-are-told-apart",
        _STEP,
        (
            Fail("doesn't demand the host key", {f"{_CONNECTION}|hostKey": REMOVED}),
            Fail("doesn't demand the host key", {f"{_CONNECTION}|hostKey": ""}),
            Fail("doesn't demand the host key", {f"{_CONNECTION}|hostKey": "ssh-ed25519 AAAA"}),
            Fail("no machine of this stack's file", {f"{_CONNECTION}|host": "192.0.2.250"}),
            Fail("no machine of this stack's file", stack="production.aveiro"),
            Fail("can't be judged", {"connection": REMOVED}),
        ),
        f"{_CONNECTION}|hostKey",
    ),
    Case(
        "machines-are-told-apart",
        _STEP,
        (Fail("no machine of this stack's file", stack="comparison"),),
        f"{_CONNECTION}|host",
    ),
    Case(
        "steps-show-no-secret",
        _STEP,
        (
            Fail("create isn't", {"create": "kubeadm join --token abcdef.0123456789abcdef"}),
            Fail("create isn't", {"create": "bash -s -- stay abcdef.0123456789abcdef"}),
            Fail("delete isn't", {"delete": "bash -c leave"}),
            Fail("update isn't", {"update": "bash -s -- stay; cat /etc/shadow"}),
            Fail("in which secrets show", {"environment": {"TOKEN": "abcdef.0123456789abcdef"}}),
            Fail("is logged", {"logging": "stdoutAndStderr"}),
            Fail("is logged", {"logging": REMOVED}),
            Fail("can't be judged", {"create": REMOVED}),
        ),
        "create",
    ),
    Case(
        "machines-leave-in-order",
        _STEP,
        (
            Fail("delete does nothing and not leave", {"delete": REMOVED}),
            Fail("delete does stay and not leave", {"delete": "bash -s -- stay"}),
            Fail("delete does leave and not nothing", {"create": "bash -s -- do"}),
        ),
        "delete",
    ),
    Case(
        "machines-leave-in-order",
        "production Command/admit-lisbon-1",
        (Fail("delete does nothing and not release", {"delete": REMOVED}),),
        "create",
    ),
)
