"""Tables without a column that their rows cannot do without: which one, and what to call it."""

from __future__ import annotations

from collections.abc import Sequence

from loaders.tabular.synonyms import heads_of_field
from loaders.tabular.values import FieldInfo
from schema.errors import LoadError
from schema.registry import EntityKind
from schema.words import say

_NAMED = 30
"""Columns that a message names."""


def lacks(
    label: str, header: Sequence[str], kind: EntityKind, missing: Sequence[FieldInfo], by_name: bool
) -> LoadError:
    """Why a table that lacks these columns is of no use; where names do (`by_name`), that it has neither."""
    if by_name and any(info.name == "id" for info in missing):
        return LoadError(
            say(
                "{table}: no column says which {kind} ({zh}) a row is. Call the column of the names {name}, or that of "
                "ids id (标识). Its columns are: {header}.",
                table=label,
                kind=kind.label,
                zh=kind.zh,
                name=next(iter(heads_of_field(kind, "name")), "name (名称)"),
                header=_some(header),
            )
        )
    info = next((each for each in missing if each.name != "id"), missing[0])
    return LoadError(
        say(
            "{table} has no column {field} ({zh}), which every {kind} needs. Its columns are: {header}.",
            table=label,
            field=info.name,
            zh=info.label.zh,
            kind=kind.label,
            header=_some(header),
        )
    )


def _some(names: Sequence[str]) -> str:
    """The first of many names."""
    return ", ".join(names[:_NAMED]) + (", ..." if len(names) > _NAMED else "")
