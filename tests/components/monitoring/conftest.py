"""The tools that judge rules, and the configuration that sends alerts on.

Owns the fixtures. Doesn't own any assertion.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from local.toolchain.errors import ToolchainError
from tests.components.monitoring import real_amtool, real_promtool


@pytest.fixture(scope="session")
def promtool() -> Path:
    try:
        return real_promtool.program()
    except ToolchainError as error:
        pytest.skip(f"promtool can't be had: {error}")


@pytest.fixture(scope="session")
def amtool() -> Path:
    try:
        return real_amtool.program()
    except ToolchainError as error:
        pytest.skip(f"amtool can't be had: {error}")
