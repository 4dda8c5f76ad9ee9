"""A placement that changed is refused before anything is touched."""

from __future__ import annotations

from components.settled import moved

FILE = "stacks/Pulumi.local.evora.yaml"


class TestSettled:
    """What lies somewhere stays there."""

    def test_a_first_update_has_nothing_to_compare(self) -> None:
        assert moved(FILE, "evora", "home-faro-x2-2aa0e9", None) is None

    def test_the_same_class_is_no_move(self) -> None:
        summary = {"residencyClass": "home-faro-x2-2aa0e9"}

        assert moved(FILE, "evora", "home-faro-x2-2aa0e9", summary) is None

    def test_fewer_copies_are_refused_with_the_way_out(self) -> None:
        summary = {"residencyClass": "home-faro-x3-2aa0e9"}

        assert (
            "stacks/Pulumi.local.evora.yaml: evora's examinations lie in home-faro-x3-2aa0e9, and "
            "this file asks for home-faro-x2-2aa0e9. They are never moved, and no copy is ever "
            "dropped, in place: undo the change, or move the institution step by step as "
            "docs/migration.md says"
        ) == moved(FILE, "evora", "home-faro-x2-2aa0e9", summary)
