"""Where this project keeps files: the checkout, a per-user cache, an environment's state.

It only names folders; whoever writes into one makes it. The standard library alone is used, since
the bootstrap runs before anything is installed.
"""

import os
from pathlib import Path

_PROJECT = "imaging-repository"


def checkout() -> Path:
    """Return the root folder of this checkout."""
    return Path(__file__).resolve().parent.parent


def cache_dir() -> Path:
    """Return this project's folder in the user's cache, shared by all checkouts.

    The XDG base directory specification ignores a relative XDG_CACHE_HOME, and so does this.
    """
    configured = Path(os.environ.get("XDG_CACHE_HOME", ""))
    base = configured if configured.is_absolute() else Path.home() / ".cache"
    return base / _PROJECT


def state_dir(environment: str) -> Path:
    """Return the folder of an environment's state, made by `up` and removed by `down`.

    It is `.state/<environment>` in the checkout; the variable IMAGING_STATE names a folder that
    takes the place of `.state`.
    """
    configured = os.environ.get("IMAGING_STATE")
    base = Path(configured).absolute() if configured else checkout() / ".state"
    return base / environment
