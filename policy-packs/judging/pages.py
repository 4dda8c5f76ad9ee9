"""The pages in ``docs/policies``: what each rule holds, and what to do where it doesn't.

Owns their text, made from the rules; a test says when a file is stale. Write them anew with
``PYTHONPATH=policy-packs python -m judging.pages``.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Final

from judging.house_rules import house_rules
from judging.rule import Rule, Setting
from judging.stack_rule import StackRule

PACKS: Final = ("access", "operations", "replication")
FOLDER: Final = Path(__file__).resolve().parents[2] / "docs" / "policies"
_HEAD: Final = """\
# The policy pack `{pack}`

Made by `python -m judging.pages` from the rules in `policy-packs/{pack}`; don't edit it.

{about}

Every rule judges a resource before it is made, in every preview and update. A value that isn't
known yet, in a field that a rule reads, is a violation: give it as a literal. An exception is a
[waiver](waivers.md).

A configuration can make a rule stricter, `configuration/<environment>.json` in the pack's folder
for `make`, `--policy-pack-config FILE.json` for plain Pulumi:

```json
{{"{rule}": {{"{setting}": {value:g}}}}}
```

It never makes one laxer: a lower level, an unknown rule or key, and a value beyond an
environment's floor end the run.
"""


def rules_of(pack: str) -> tuple[Rule | StackRule, ...]:
    """Every rule of a pack."""
    own: Sequence[Rule | StackRule] = import_module(f"{pack}.rules").RULES
    return (*own, *house_rules(pack, own))


def render(pack: str) -> str:
    """A pack's whole page."""
    about = import_module(f"{pack}.rules").ABOUT
    rules = rules_of(pack)
    example = next(rule for rule in rules if rule.settings)
    setting = example.settings[0]
    head = _HEAD.format(
        pack=pack, about=about, rule=example.name, setting=setting.name, value=setting.otherwise
    )
    return head + "".join(_section(rule) for rule in rules)


def _section(rule: Rule | StackRule) -> str:
    kinds = ", ".join(sorted(kind.rpartition(":")[2] for kind in rule.kinds)) or "every kind"
    if isinstance(rule, StackRule):
        kinds = f"the whole stack ({kinds}), in a preview before anything is made"
    waived = "production waives it for nobody" if rule.residency else "a waiver can except from it"
    blocks = "It only tells." if rule.advisory else f"It blocks; {waived}."
    settings = "".join(_setting(setting) for setting in rule.settings)
    return (
        f"\n## {rule.name}\n\n{rule.description}\n\n- Judges: {kinds}. {blocks}\n"
        f"- What to do: {rule.remedy}\n{settings}"
    )


def _setting(setting: Setting) -> str:
    floors = [f"{number:g} in {name}" for name, number in sorted(setting.floors.items())]
    floor = ", ".join([*floors, f"{setting.otherwise:g} {'elsewhere' if floors else 'everywhere'}"])
    return (
        f"- `{setting.name}`: {setting.meaning}. Floor: {floor}; a configuration may make it "
        f"{setting.stricter}.\n"
    )


def main() -> None:
    """Write every page."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for pack in PACKS:
        (FOLDER / f"{pack}.md").write_text(render(pack), encoding="utf-8")


if __name__ == "__main__":
    main()
