"""The one place that holds every image and version which the program deploys.

Owns the pins and the reason for odd ones. Doesn't own the tool chain's versions
(``local/toolchain``), nor Dicoogle's image: nobody publishes one, so each environment names its
own in its stack file.
"""

from __future__ import annotations

from typing import Final

CEPH_IMAGE: Final = "quay.io/ceph/ceph:v20.2.4"
"""Never v20.2.0: it loses CephFS data with read affinity (rook/rook#16839)."""
