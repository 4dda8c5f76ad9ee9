"""Start the plugin: ``python -m local.providers.command <address of the engine>``."""

import sys

from local.providers.command.provider import CommandProvider
from local.providers.serving import serve

if __name__ == "__main__":
    sys.exit(serve(CommandProvider, sys.argv[1:]))
