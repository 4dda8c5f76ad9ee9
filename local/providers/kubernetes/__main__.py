"""Start the stand-in kubernetes plugin; the Pulumi engine does, with its address."""

import sys

from local.providers.kubernetes.provider import KubernetesServicer
from local.providers.serving import serve

if __name__ == "__main__":
    sys.exit(serve(KubernetesServicer, sys.argv[1:]))
