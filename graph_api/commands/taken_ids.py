"""Ids that a thing of another kind has already: the rows that give them anew are rejected, and nothing else is."""

from __future__ import annotations

from collections import defaultdict

from graph_api.commands.difference import Comparison
from loaders.report import FileAccount, LoadReport, Reject
from schema.batch import GraphBatch
from schema.entity import Entity
from schema.registry import KIND_OF, EntityKind
from schema.relationships import Relationship
from schema.words import say


class TakenIds:
    """What of one load has the id of a thing of another kind. A system may make another kind of its own thing only."""

    def __init__(self, comparison: Comparison) -> None:
        self._comparison = comparison
        self._refused: dict[str, tuple[Entity, EntityKind, str]] = {}
        self._changed: list[tuple[Entity, EntityKind]] = []
        self._without: dict[str, list[Relationship]] = defaultdict(list)

    def left(self, batch: GraphBatch) -> GraphBatch:
        """The batch without what may not be taken, nor the relationships that end at it."""
        batch.entities = [entity for entity in batch.entities if not self._is_taken(entity)]
        if self._refused:
            batch.relationships = [link for link in batch.relationships if not self._ends_there(link)]
            known = self._refused.keys()
            batch.delete_relationships = [
                link for link in batch.delete_relationships if known.isdisjoint((link.source, link.target))
            ]
        return batch

    def tell(self, report: LoadReport) -> None:
        """Put it all into the report, once its accounts are complete."""
        rows: set[tuple[int, int, str]] = set()
        for entity, kind, system in self._refused.values():
            account = _account(report, entity)
            row = (entity.load, entity.row, "" if entity.row else entity.id)
            if row not in rows and account is not None and account.taken:
                account.taken -= 1
                account.rejected += 1
            rows.add(row)
            report.rejects.append(_reject(entity, kind, system, _file(account)))
            report.findings += _unlinked(entity, self._without[entity.id], _file(account))
        report.findings += [_now_another(each, kind, _file(_account(report, each))) for each, kind in self._changed]

    def _is_taken(self, entity: Entity) -> bool:
        before = self._comparison.of_another_kind(entity)
        if before is None:
            return False
        kind = KIND_OF[type(before)]
        if self._comparison.is_own(before):
            self._changed.append((entity, kind))
            return False
        self._refused[entity.id] = (entity, kind, self._comparison.system_of(before))
        return True

    def _ends_there(self, link: Relationship) -> bool:
        end = next((end for end in (link.source, link.target) if end in self._refused), None)
        if end is None:
            return False
        entity = self._refused[end][0]
        if not entity.row or (link.load, link.row) != (entity.load, entity.row):
            self._without[end].append(link)
        return True


def _account(report: LoadReport, entity: Entity) -> FileAccount | None:
    """The account of the file, or of the sheet that is called as the kind, that gave the entity."""
    own = [each for each in report.accounts if each.load == entity.load] or report.accounts[:1]
    kind = KIND_OF[type(entity)]
    names = {kind.value.casefold(), kind.label.casefold(), kind.zh}
    ranked = sorted(own, key=lambda each: (each.file.rpartition("#")[2].casefold() not in names, not each.taken))
    return next(iter(ranked), None)


def _file(account: FileAccount | None) -> str:
    return "" if account is None else account.file


def _reject(entity: Entity, kind: EntityKind, system: str, file: str) -> Reject:
    new = KIND_OF[type(entity)]
    return Reject(
        file=file,
        row=entity.row,
        value=entity.id,
        reason=say(
            "this id is of a {kind} already, which {system} put into the graph; a {new} cannot have it too",
            kind=kind.label,
            system=repr(system) if system else say("somebody (by hand)"),
            new=new.label,
        ),
        remedy=say(
            "Give it another id in these files, as {id} with a word before it. If it is the same thing, take it out of "
            "the files of {system}, load those, and then this again.",
            id=entity.id,
            system=repr(system) if system else say("whoever put it there"),
        ),
    )


def _unlinked(entity: Entity, links: list[Relationship], file: str) -> list[Reject]:
    if not links:
        return []
    return [
        Reject(
            file=file,
            row=entity.row,
            value=entity.id,
            reason=say(
                "other rows refer to what was rejected here: {count} relationships are not taken", count=len(links)
            ),
            remedy=say("Nothing beside what the rejected row needs; then load again."),
            dropped=True,
        )
    ]


def _now_another(entity: Entity, kind: EntityKind, file: str) -> Reject:
    return Reject(
        file=file,
        row=entity.row,
        value=entity.id,
        reason=say(
            "was a {kind} when this system was loaded before, and is a {new} from now on",
            kind=kind.label,
            new=KIND_OF[type(entity)].label,
        ),
        remedy=say("Nothing if that is meant; else give the two things different ids."),
    )
