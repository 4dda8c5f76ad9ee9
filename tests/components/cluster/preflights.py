"""Runs preflight on a machine that is made up.

Owns how it is run, and the line with which it ends. Doesn't own what it finds.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from components.cluster import steps
from tests.components.cluster.cluster_plans import a_plan
from tests.components.cluster.fake_machine import FakeMachine

SUMMARY: Final = "control-1: {} finding(s); nothing was changed on any machine\n"


def preflight(machine: FakeMachine, *devices: str, tolerated: tuple[str, ...] = ()) -> str:
    """What preflight complains of, on a control plane with these devices."""
    plan = a_plan(tolerated=tolerated)
    result = machine.run(steps.preflight(plan, replace(plan.founder, devices=devices)))

    assert "" == result.stdout
    assert result.returncode == (1 if result.stderr else 0)
    return result.stderr
