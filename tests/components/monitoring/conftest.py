"""The promtool that judges and evaluates rules.

Owns the fixture. Doesn't own any assertion.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from local.toolchain.errors import ToolchainError
from tests.components.monitoring import real_promtool


@pytest.fixture(scope="session")
def promtool() -> Path:
    try:
        return real_promtool.program()
    except ToolchainError as error:
        pytest.skip(f"promtool can't be had: {error}")
