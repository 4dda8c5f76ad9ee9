"""The one place that holds every image and version which the program deploys.

Owns the pins and the reason for odd ones. Doesn't own the tool chain's versions
(``local/toolchain``), nor Dicoogle's image: nobody publishes one, so each environment names its
own in its stack file.
"""

from __future__ import annotations

from typing import Final

KUBERNETES: Final = "1.36.3"
"""Of clusters that the program makes itself, where a stack file says no other."""
CILIUM_CHART: Final = "1.20.2"
"""Made for Kubernetes 1.33 to 1.36; its Gateway needs the definitions of Gateway API 1.6.1."""
ROOK_CHART: Final = "v1.20.6"
"""Rook's own chart; it brings the CSI operator, and refuses Kubernetes outside 1.31 to 1.36."""
CSI_DRIVERS_CHART: Final = "1.0.4"
"""The drivers' chart of the CSI operator's line; mandatory since Rook 1.20."""
CEPH_IMAGE: Final = "quay.io/ceph/ceph:v20.2.4"
"""Never v20.2.0: it loses CephFS data with read affinity (rook/rook#16839)."""
PUSHGATEWAY_IMAGE: Final = "quay.io/prometheus/pushgateway:v1.11.3"
ENVOY_IMAGE: Final = "docker.io/envoyproxy/envoy:distroless-v1.40.0"
"""Distroless: no shell; its user is 65532. The tests run the same version."""
CERT_MANAGER_CHART: Final = "v1.21.2"
"""The version whose definitions the tool chain pins too."""
CSI_NFS_CHART: Final = "4.13.4"
"""For the comparison with a file server only."""
PROMETHEUS_CHART: Final = "91.2.1"
"""kube-prometheus-stack."""
KEDA_CHART: Final = "2.21.0"
METRICS_SERVER_CHART: Final = "3.13.1"
"""metrics-server 0.8.1."""
