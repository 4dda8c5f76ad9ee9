"""The tools that the local environment runs: the Pulumi engine and a Kubernetes control plane.

`ensure` finds or makes them, so that a network which reaches package registries and nothing else
is enough. `python -m local.toolchain` does so for all and says where each came from.
"""

from local.toolchain.errors import ToolchainError
from local.toolchain.provision import Toolchain, ensure

__all__ = ["Toolchain", "ToolchainError", "ensure"]
