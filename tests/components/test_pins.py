"""Every image and chart is one exact version, and none that loses data."""

from __future__ import annotations

import re

import pytest

from components import pins

PINS = {name: value for name, value in vars(pins).items() if name.isupper()}
EXACT = re.compile(r"v?[0-9]+\.[0-9]+\.[0-9]+")


class TestPins:
    """What is deployed today is deployed after a restart too."""

    @pytest.mark.parametrize("name", sorted(PINS))
    def test_it_is_an_exact_version(self, name: str) -> None:
        version = str(PINS[name]).rpartition(":")[2].removeprefix("distroless-")

        assert EXACT.fullmatch(version) is not None

    @pytest.mark.parametrize("name", sorted(name for name in PINS if name.endswith("_IMAGE")))
    def test_an_image_names_its_registry(self, name: str) -> None:
        assert "." in str(PINS[name]).partition("/")[0]

    def test_ceph_is_not_the_version_that_loses_data_with_read_affinity(self) -> None:
        """rook/rook#16839; ceph/ceph-csi#5772."""
        assert "v20.2.0" != pins.CEPH_IMAGE.rpartition(":")[2]
