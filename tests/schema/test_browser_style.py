"""docs/browser.grass: how Neo4j Browser shows each kind."""

from __future__ import annotations

import re
from pathlib import Path

from graph_api.exports.supply_links import FEEDS, SUPPLIED_BY
from schema.registry import CLASS_OF

STYLE = (Path(__file__).parents[2] / "docs" / "browser.grass").read_text(encoding="utf-8")
RULES = re.findall(r"([^{}\"]+?)\s*\{((?:[^{}\"]|\"[^\"]*\")*)\}", STYLE)


def props(rule: str) -> dict[str, str]:
    pairs = (each.split(":", 1) for each in rule.split(";") if each.strip())
    return {name.strip(): value.strip().strip('"') for name, value in pairs}


def test_every_kind_has_one_rule_and_a_colour_of_its_group() -> None:
    # Browser does not split a rule for several labels: it would style nothing
    names = [name.strip() for name, _ in RULES]
    derived = [f"relationship.{name}" for name in (FEEDS, SUPPLIED_BY)]
    assert sorted(names) == sorted(["node", "relationship", *(f"node.{kind.label}" for kind in CLASS_OF), *derived])
    styles = {name.strip(): props(rule) for name, rule in RULES}
    colours = {(cls.group, styles[f"node.{kind.label}"]["color"]) for kind, cls in CLASS_OF.items()}
    groups = {cls.group for cls in CLASS_OF.values()}
    assert len(colours) == len(groups) == len({colour for _, colour in colours})


def test_captions_are_fields_of_their_kind_that_are_not_personal() -> None:
    styles = {name.strip(): props(rule) for name, rule in RULES}
    for kind, cls in CLASS_OF.items():
        caption = styles[f"node.{kind.label}"]["caption"]
        assert caption.removeprefix("{").removesuffix("}") in cls.__dataclass_fields__, kind
    assert styles["node.Contact"]["caption"] != "{value}"
