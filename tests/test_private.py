"""Nobody reaches into what another object keeps to itself: names with a leading underscore stay inside their class."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PUBLIC_IN_SPITE_OF_IT = {"_replace", "_asdict", "_fields", "_make", "_value_", "_missing_"}
"""Documented names of NamedTuple and Enum."""
NO_OTHER_DOOR = {
    ("graph_api/graphql/schema.py", "_schema"),  # Strawberry's own graphql-core schema
    ("loaders/cim/parse.py", "_Element"),  # the name of lxml's class
    ("loaders/tabular/part_text.py", "_Element"),
    ("loaders/tabular/shared_texts.py", "_Element"),
    ("loaders/tabular/sheet_rows.py", "_Element"),
    ("loaders/tabular/sheet_text.py", "_Element"),
}


def _own_names(cls: ast.ClassDef) -> set[str]:
    """Private names that a class defines or sets on itself."""
    names = {node.name for node in cls.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    names |= {
        node.target.id for node in cls.body if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
    }
    names |= {
        node.attr
        for node in ast.walk(cls)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in ("self", "cls")
    }
    return names


def reached_into(source: str) -> Iterator[tuple[int, str]]:
    """Line and name of each private attribute that is read or written from outside its class."""

    def visit(node: ast.AST, own: set[str]) -> Iterator[tuple[int, str]]:
        if isinstance(node, ast.ClassDef):
            own = _own_names(node)
        if isinstance(node, ast.Attribute) and node.attr.startswith("_") and not node.attr.startswith("__"):
            of_self = isinstance(node.value, ast.Name) and node.value.id in ("self", "cls")
            if not of_self and node.attr not in own | PUBLIC_IN_SPITE_OF_IT:
                yield node.lineno, node.attr
        for child in ast.iter_child_nodes(node):
            yield from visit(child, own)

    yield from visit(ast.parse(source), set())


@pytest.mark.parametrize("package", ["graph_api", "loaders", "schema", "seeds"])
def test_no_private_name_is_used_outside_its_class(package: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}: {name}"
        for path in sorted((ROOT / package).rglob("*.py"))
        for line, name in reached_into(path.read_text(encoding="utf-8"))
        if (path.relative_to(ROOT).as_posix(), name) not in NO_OTHER_DOOR
    ]
    assert not found, "\n".join(found)


def test_the_walk_finds_what_it_looks_for() -> None:
    source = """
class Own:
    def __init__(self):
        self._kept = 1
    def same_class(self, other):
        return other._kept
    def foreign(self, other):
        return other._theirs
def outside(thing):
    thing._kept = 2
"""
    assert list(reached_into(source)) == [(8, "_theirs"), (10, "_kept")]
