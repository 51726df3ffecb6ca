"""Finds every sentence that the source says, by walking its syntax."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[3]
PACKAGES = ("schema", "loaders", "graph_api", "seeds")


@dataclass(frozen=True, slots=True)
class Saying:
    """A call of `say`: where, its templates, the names of its parameters."""

    where: str
    template: str
    many: str
    params: frozenset[str]


def _literal(node: ast.expr | None, where: str) -> str:
    if node is None:
        return ""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    raise AssertionError(f"{where}: the template of a sentence is a literal, so that it can be translated")


def _saying(call: ast.Call, where: str) -> Saying:
    assert len(call.args) == 1, f"{where}: say takes one template"
    named = {keyword.arg: keyword.value for keyword in call.keywords}
    assert None not in named, f"{where}: parameters of a sentence are written out"
    many = _literal(named.pop("many", None), where)
    return Saying(where, _literal(call.args[0], where), many, frozenset(str(name) for name in named))


def sayings_of(source: str, name: str) -> Iterator[Saying]:
    """Every call of `say` in a module."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "say":
            yield _saying(node, f"{name}:{node.lineno}")


def labelled() -> frozenset[str]:
    """English sentences of labels and links: their Chinese may stand in the catalogue, and is not demanded yet."""
    found = set()
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("Label", "Link"):
                    found |= {
                        arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
                    }
    return frozenset(found)


def sayings() -> list[Saying]:
    """Every sentence of the product."""
    return [
        saying
        for package in PACKAGES
        for path in sorted((ROOT / package).rglob("*.py"))
        for saying in sayings_of(path.read_text("utf-8"), str(path.relative_to(ROOT)))
    ]
