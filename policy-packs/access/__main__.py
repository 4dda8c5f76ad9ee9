"""Serves the pack to the engine. Nothing may be printed before it does."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from access.rules import RULES
from judging.serving import serve

serve("access", RULES)
