"""How hypothesis searches here: bounded by examples, not by time, which no test asserts."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("components", deadline=None, max_examples=60)
settings.load_profile("components")
