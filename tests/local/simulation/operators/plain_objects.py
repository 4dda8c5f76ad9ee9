"""A cluster of plain objects that carries actions out, for tests of what the operators decide."""

import itertools
from collections.abc import Callable
from typing import Any

from local.simulation.operators.objects import Action, Create, Observed, Patch

Decide = Callable[[Observed], list[Action]]


class Objects:
    """Objects by kind; what is created or patched shows in the next look, as on a real server."""

    def __init__(self) -> None:
        self.by_kind: dict[str, list[dict[str, Any]]] = {}
        self._uids = itertools.count(1)

    def add(self, kind: str, body: dict[str, Any]) -> dict[str, Any]:
        """Add an object, with a UID and a generation unless it has them, and return it."""
        metadata = {"uid": f"uid-{next(self._uids)}", "generation": 1, **body["metadata"]}
        added = {"spec": {}, **body, "metadata": metadata}
        self.by_kind.setdefault(kind, []).append(added)
        return added

    def get(self, kind: str, name: str) -> dict[str, Any]:
        """Return the object of a kind and name."""
        return next(item for item in self.by_kind[kind] if item["metadata"]["name"] == name)

    def names(self, kind: str) -> list[str]:
        """Return the names of the objects of a kind."""
        return [item["metadata"]["name"] for item in self.by_kind.get(kind, [])]

    def messages(self) -> list[str]:
        """Return what the events say."""
        return [event["message"] for event in self.by_kind.get("Event", [])]

    def settle(self, decide: Decide) -> list[Action]:
        """Carry actions out until none changes anything, and return them all in order."""
        done: list[Action] = []
        for _ in range(20):
            due = [action for action in decide(Observed(self.by_kind)) if self._act(action)]
            if not due:
                return done
            done += due
        raise AssertionError(f"never settles: {due}")

    def _act(self, action: Action) -> bool:
        if isinstance(action, Create):
            kind = action.manifest["kind"]
            if action.manifest["metadata"]["name"] in self.names(kind):
                return False
            self.add(kind, dict(action.manifest))
            return True
        target = self.get(action.kind, action.name)
        if isinstance(action, Patch):
            for part, body in action.body.items():
                target[part] = {**target.get(part, {}), **body}
        else:
            self.by_kind[action.kind].remove(target)
        return True
