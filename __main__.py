"""The Pulumi program. See ``components`` for what it deploys and ``stacks`` for what it is told."""

from pathlib import Path

import pulumi

from components import program

program.run(pulumi.get_stack(), Path(__file__).parent / "stacks")
