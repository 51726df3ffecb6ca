"""Texts of models without characters that nobody sees: what tables lose cell by cell, models lose here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from functools import cache
from typing import Any

from loaders.report import LoadReport, Reject
from schema.batch import GraphBatch
from schema.entity import Entity
from schema.registry import KIND_OF, EntityKind
from schema.unseen import without_unseen
from schema.words import say


def seen(batches: Iterable[GraphBatch], report: LoadReport, file: str) -> Iterator[GraphBatch]:
    """The same batches; a finding on the file tells how many things had such a character, and the first of them."""
    count, first = 0, ("", 0)
    for batch in batches:
        for place, entity in enumerate(batch.entities):
            if changed := _changed(entity):
                batch.entities[place] = replace(entity, **changed)
                first = first if count else (entity.id, entity.row)
                count += 1
        yield batch
    if count:
        report.findings.append(
            Reject(
                file=file,
                row=first[1],
                value=first[0],
                reason=say(
                    "characters that nobody sees (marks of width or direction, control characters) were removed from "
                    "texts: {count}",
                    count=count,
                ),
                remedy=say("Nothing, if the texts are right; type them anew in the source to be rid of this."),
            )
        )


@cache
def _texts(kind: EntityKind) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind.cls) if field.name != "id")


def _changed(entity: Entity) -> dict[str, Any]:
    changed: dict[str, Any] = {}
    for name in _texts(KIND_OF[type(entity)]):
        value = getattr(entity, name)
        if (
            type(value) is str
            and not (value.isascii() and value.isprintable())
            and (told := without_unseen(value)) != value
        ):
            changed[name] = told
        elif type(value) is tuple and any(type(each) is str and without_unseen(each) != each for each in value):
            changed[name] = tuple(without_unseen(each) for each in value)
    return changed
