"""Rows to batches: validates entities, tells repeats from contradictions, resolves references at the end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from types import MappingProxyType
from typing import cast

from pydantic import ValidationError

from loaders.report import FileAccount, Reject
from loaders.source import Reading
from loaders.tabular.by_name import Lost, Names
from loaders.tabular.circles import circular
from loaders.tabular.counted import UNSEEN, UNVERIFIED, WIDE, Counted
from loaders.tabular.dropped import Dropped
from loaders.tabular.held_supplies import HeldPoint, HeldSupplies
from loaders.tabular.holders import Holder, Holders
from loaders.tabular.ledger import Links, Things
from loaders.tabular.made import Link, Made, Where
from loaders.tabular.missing import remedy_of, shown, wrong_end
from loaders.tabular.names import clean_code, clean_id, has_unseen
from loaders.tabular.namesakes import Namesakes
from loaders.tabular.outgoing import BATCH, Outgoing, is_given
from loaders.tabular.points import Points
from loaders.tabular.references import ByName
from loaders.tabular.row_entities import Entities, New, WrongRowError
from loaders.tabular.staffing import Waiting, has_unknown
from loaders.tabular.values import Cell
from schema.batch import GraphBatch
from schema.people import Contact
from schema.registry import CLASS_OF, EntityKind
from schema.relationships import ENDS, Relationship, RelationshipKind
from schema.unseen import is_common
from schema.words import say

_WORKED = frozenset({RelationshipKind.WORKED_BY})
NO_COLUMNS: Mapping[str, str] = MappingProxyType({})


class Collector:
    """Takes rows of all tables of one reading; yields full batches as they come, relationships at the end."""

    def __init__(self, reading: Reading, *, sole: bool = False, namesakes: Namesakes | None = None) -> None:
        """`sole`: what a thing leads to is said by the row that makes it alone, by no table of relationships;
        `namesakes` takes the numbers of people, where rosters may tell by them."""
        self._reading = reading
        self._sole = sole
        self._report = reading.report
        self._taken = Things()
        self._links = Links()
        self._accounts: list[FileAccount] = []
        self._outgoing = Outgoing()
        self._dropped = Dropped()
        self._further: dict[str, tuple[str, ...]] = {}
        self._counted = Counted()
        self._waiting = Waiting()
        self._names = Names(reading, self._taken.kind)
        self._namesakes = namesakes
        self._unclear: Mapping[str, str] = {}
        self._points = Points(self.kind, self._names)
        self._holders = Holders()
        self._supplies = HeldSupplies()
        self._entities = Entities(reading, self._taken, self._accounts)

    def cleaned(self, row: int, column: str, text: str) -> str:
        """The id that a cell holds; a finding at the end tells where characters were removed or made narrow."""
        if is_common(text):
            return text
        if has_unseen(text):
            self.count(UNSEEN, row, column)
        ident = clean_id(text)
        code = clean_code(ident)
        if code == ident or self.kind(ident) is not None:
            return ident
        self.count(WIDE, row, column)
        return code

    def own_id(self, kind: EntityKind, number: str, system: str) -> str:
        """The id of a thing by its number, which may be that of a thing of another kind."""
        return self._names.own_id(kind, number, system, self.kind(number))

    def count(self, what: str, row: int, column: str) -> None:
        """Something of a row of the table that was begun last that is told once per column (see Counted)."""
        self._counted.note(what, self._accounts[-1].file, column, row)

    def point(self, ident: str, row: int, column: str, name: str) -> None:
        """A point of the grid that a row names as an end."""
        self._points.add(ident, len(self._accounts) - 1, row, column, name)

    def has_point(self, ident: str) -> bool:
        """Whether a row that was taken named this point before."""
        return self._points.holds(ident) and ident in self._taken

    def remark(self, row: int, column: str, value: str, reason: str, remedy: str, *, dropped: bool = False) -> None:
        """A finding on a row of the table that was begun last, which is taken; `dropped`: without what this names."""
        self._find(len(self._accounts) - 1, row, column, value, reason, remedy, dropped=dropped)

    def keep(self, idents: Sequence[str]) -> None:
        """What an earlier load took under these ids stays: what stands for them now cannot be read."""
        self._reading.keep(idents)

    def lose(self, lost: Lost) -> None:
        """Keep that a row was rejected which stands for a thing of this name."""
        self._names.note_lost(lost)

    def hold(self, holder: Holder, row: int) -> None:
        """Who answers for what a row of the table that was begun last stands for, by name."""
        self._holders.add(holder, Where(len(self._accounts) - 1, row, holder.column, whole=False))

    def hold_point(self, point: HeldPoint, row: int) -> None:
        """The receiving point and supplies that a row of the table that was begun last says its customer has."""
        self._supplies.add(point, Where(len(self._accounts) - 1, row, "", whole=False))

    def points_of(self, customer: str) -> Sequence[str]:
        """Receiving points of a customer in the graph before the load."""
        return self._reading.linked(customer, RelationshipKind.HAS_RECEIVING_POINT)

    def begin(self, account: FileAccount) -> None:
        """Start a table: what is taken from now on counts there."""
        self._accounts.append(account)
        self._report.accounts.append(account)

    def take(
        self,
        row: int,
        made: Sequence[Made],
        links: Sequence[Link],
        columns: Mapping[str, str] = NO_COLUMNS,
        cell: Cell | None = None,
    ) -> bool:
        """Take one row: all of it, or nothing of it with a reject that says why. False if it was rejected.

        Things of one kind that a row makes several of belong together: who refers to the first refers to all.

        `columns` has the table's own names of the columns that fields were read from, where they differ; `cell` what
        stands in one of them, where a value was made of it.
        """
        account = self._accounts[-1]
        try:
            new = self._entities.of(row, made, links, account.load, columns, cell)
        except WrongRowError as wrong:
            self._reject_whole(row, made, wrong.column, wrong.value, wrong.reason, wrong.remedy)
            return False
        if new.repeats:
            account.duplicates += 1
            return True
        self._take_new(row, new, links)
        account.taken += 1
        return True

    def _take_new(self, row: int, new: New, links: Sequence[Link]) -> None:
        """Keep what a row makes, and hand on what of it need not wait."""
        place, taken = len(self._accounts) - 1, self._taken
        waits = new.first is EntityKind.SHIFT and has_unknown(links, self.kind)
        if waits:
            self._waiting.hold(list(new.entities.values()))
        else:
            self._outgoing.put(new.entities.values())
        for (ident, entity), kind, mark in zip(new.entities.items(), new.kinds, new.marks.values(), strict=True):
            taken.put(ident, kind, mark, place, row)
            self._names.note(kind, ident, entity.name)
            if kind is EntityKind.CONTACT and cast(Contact, entity).verified_on is None:
                self.count(UNVERIFIED, row, "")
        if new.first is EntityKind.CONTACT and len(new.entities) > 1:
            self._further[next(iter(new.entities))] = tuple(new.entities)[1:]
        if self._namesakes is not None:
            self._namesakes.note(links, new.entities)
        if links and not waits:
            links = self._handed_on(links, new, row)
        for link in links:
            if not is_given(taken, link[:4]):
                self._links.put(link[:4], Where(place, row, link.column, whole=False))

    def _handed_on(self, links: Sequence[Link], new: New, row: int) -> Sequence[Link]:
        """Hand on what need not wait of a row that made these things; the rest."""
        load = self._accounts[-1].load
        if self._sole:
            given, links = self._outgoing.lead(self._taken, links, new, load, row)
            contained = any(link.kind is RelationshipKind.CONTAINED_IN for link in links)
            for kind, source, target, _, _ in given:
                if kind is RelationshipKind.CONNECTS:
                    self._points.connect(source, target, new.first, contained=contained)
        return self._outgoing.tie(self._taken, self._links, links, new, load, row) if links else links

    def take_link(self, row: int, link: Link) -> None:
        """Take a row that is one relationship and nothing else."""
        identity = link[:4]
        if identity in self._links or is_given(self._taken, identity):
            self._accounts[-1].duplicates += 1
            return
        self._links[identity] = Where(len(self._accounts) - 1, row, link.column, whole=True)
        self._accounts[-1].taken += 1

    def reject(self, row: int, column: str, value: str, reason: str, remedy: str) -> None:
        """Reject a row of the table that was begun last."""
        account = self._accounts[-1]
        account.rejected += 1
        self._report.rejects.append(
            Reject(file=account.file, row=row, column=column, value=value, reason=reason, remedy=remedy)
        )

    @property
    def is_full(self) -> bool:
        """Whether enough waits for a batch."""
        return self._outgoing.is_full

    def full(self) -> Iterator[GraphBatch]:
        """A batch if enough waits."""
        return self._outgoing.full()

    def close(self) -> Iterator[GraphBatch]:
        """The rest: entities that wait, then every relationship whose ends are both there."""
        yield from self._outgoing.rest()
        self._refer_to_all()
        self._make_held()
        self._report.findings += self._counted.findings()
        self._refer_by_name()
        self._settle()
        yield from self._outgoing.rest()
        self._join_points()
        kept: list[Relationship] = []
        circle = circular((link[1], link[2]) for link in self._links if link[0] is RelationshipKind.CONTAINED_IN)
        for (kind, source, target, key), where in self._links.items():
            wrong = self._wrong(kind, source, target)
            if not wrong and kind is RelationshipKind.CONTAINED_IN and (source, target) in circle:
                wrong = say("{source} would be contained in itself by way of {target}", source=source, target=target)
            if wrong:
                self._drop(kind, target, where, wrong)
                continue
            load = self._accounts[where.place].load
            kept.append(Relationship(kind=kind, source=source, target=target, key=key, load=load, row=where.row))
            if len(kept) >= BATCH:
                yield GraphBatch(relationships=kept)
                kept = []
        if kept:
            yield GraphBatch(relationships=kept)
        self._report.findings += self._dropped.findings()

    def _settle(self) -> None:
        """Take the shifts that wait for their people; a row of which nobody is known is rejected."""
        if not self._waiting:
            return
        worked = {link: where for link, where in self._links.items() if link[0] in _WORKED}
        staffed = {link[1] for link in worked if not self._wrong(*link[:3])}
        nobody: dict[str, int] = {}
        empty: set[int] = set()
        for row, (made, without) in enumerate(self._waiting.settled(staffed)):
            self._outgoing.put(made)
            nobody |= dict.fromkeys(without, row)
            empty |= set() if made else {row}
        for (kind, source, target, _), where in worked.items():
            if source in nobody:
                whole = nobody[source] in empty
                empty.discard(nobody[source])
                self._drop(kind, target, where._replace(whole=whole), self._wrong(kind, source, target))
        self._reading.keep(nobody)
        for link in [link for link in self._links if link[1] in nobody]:
            del self._links[link]
        for ident in nobody:
            del self._taken[ident]

    def _make_held(self) -> None:
        """People and teams that only lists of what they answer for name; supplies of feeders that are known."""
        held = chain(self._holders.made(self._names.is_known), self._supplies.made(self._names, self.kind))
        for made, where in held:
            try:
                entity = CLASS_OF[made.kind](**made.fields, load=self._accounts[where.place].load, row=where.row)
            except ValidationError:  # a name of control characters: what leads to it is told
                continue
            if entity.id not in self._taken:
                self._taken.put(entity.id, made.kind, 0, where.place, where.row)
                self._names.note(made.kind, entity.id, entity.name)
                self._outgoing.put([entity])
                if isinstance(entity, Contact):
                    self._counted.note(UNVERIFIED, self._accounts[where.place].file, "", where.row)
        files = [account.file for account in self._accounts]
        for each in (self._holders, self._supplies):
            self._links.put_all(each.links)
            self._report.findings += each.findings(files)

    def _refer_to_all(self) -> None:
        """Who refers to the first contact of a cell refers to the others."""
        for kind, source, target, key in list(self._links) if self._further else ():
            for other in self._further.get(target, ()):
                where = self._links[kind, source, target, key]._replace(whole=False)
                self._links.put((kind, source, other, key), where)

    def _refer_by_name(self) -> None:
        """A reference that is no id, but the name of exactly one thing that may stand there, leads to it."""
        open_ones = [link for link in self._links if self.kind(link[2]) not in ENDS[link[0]].targets]
        if not open_ones:
            return
        for link in open_ones:
            if self.kind(link[2]) is None and (parts := self._names.apart(link[2], ENDS[link[0]].targets, self.kind)):
                where = self._links.pop(link)
                self._links.put_all({(link[0], link[1], part, link[3]): where for part in parts})
        told: dict[tuple[int, str], tuple[int, str, int]] = {}
        by_name = ByName(self._names, self._links, self.kind, self._reading.linked, self._namesakes)
        for link, found, where in by_name.found():
            kind, source, target, key = link
            del self._links[link]
            self._links.put((kind, source, found.ident, key), where)
            row, first, count = told.get((where.place, where.column), (where.row, target, 0))
            told[where.place, where.column] = row, first, count + 1
            if found.doubt:
                remedy = say("Nothing, if it is this one; else give the id, or correct the team.")
                self._find(where.place, where.row, where.column, target, found.doubt, remedy)
        self._unclear = by_name.unclear
        for (place, column), (row, first, count) in told.items():
            reason = say("names instead of ids, each of exactly one thing, which they lead to: {count}", count=count)
            remedy = say("Nothing, if they are the ones that are meant.")
            self._find(place, row, column, first, reason, remedy)

    def _join_points(self) -> None:
        connected = [link[1] for link in self._links if link[0] is RelationshipKind.CONNECTS]
        for piece, point, joint in list(self._points.terminals(connected)):
            where = Where(joint.place, joint.row, joint.column, whole=False)
            self._links.put((RelationshipKind.CONNECTS, piece, point, "1"), where)
        for joint, reason in self._points.doubtful():
            remedy = say("Give the point at that end a name of its own, the same in all rows that meet there.")
            self._find(joint.place, joint.row, joint.column, joint.name, reason, remedy)
        if (shared := self._points.shared(self._links)) is not None:
            joint, reason = shared
            remedy = say("Nothing where a tie joins them; else give each of two points a name of its own.")
            self._find(joint.place, joint.row, joint.column, joint.name, reason, remedy)

    def _find(
        self, place: int, row: int, column: str, value: str, reason: str, remedy: str, *, dropped: bool = False
    ) -> None:
        file = self._accounts[place].file
        self._report.findings.append(
            Reject(file=file, row=row, column=column, value=value, reason=reason, remedy=remedy, dropped=dropped)
        )

    def kind(self, ident: str) -> EntityKind | None:
        """Kind of what was taken, or is in the graph; None if it is not there."""
        return self._taken.kind(ident) or self._reading.known(ident)

    def _wrong(self, kind: RelationshipKind, source: str, target: str) -> str:
        ends = ENDS[kind]
        if self._taken.kind(source) in ends.sources and self._taken.kind(target) in ends.targets:
            return ""
        return wrong_end(kind, source, target, self.kind, self._unclear)

    def _drop(self, kind: RelationshipKind, target: str, where: Where, reason: str) -> None:
        account, allowed = self._accounts[where.place], ENDS[kind].targets
        remedy = remedy_of(where.column, target, allowed, self.kind(target), self._unclear.get(target))
        found = Reject(
            file=account.file, row=where.row, column=where.column, value=shown(target, allowed), reason=reason,
            remedy=remedy, dropped=not where.whole,
        )  # fmt: skip
        if where.whole:
            account.taken -= 1
            account.rejected += 1
            self._report.rejects.append(found)
        else:
            self._dropped.note(found)

    def _reject_whole(self, row: int, made: Sequence[Made], column: str, value: str, reason: str, remedy: str) -> None:
        self._reading.keep(entry.fields["id"] for entry in made)
        for kind, fields, *_ in made:
            self.lose(Lost(kind, fields["id"], str(fields.get("name", ""))))
        self.reject(row, column, value, reason, remedy)
