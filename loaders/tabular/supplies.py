"""Columns of a customer list that name its supplies (主供线路, 供电电源1) make a receiving point and supplies.

    户名        主供线路    备供线路    用电负荷(kW)
    滨江医院    滨江一线    滨江二线    800

    滨江医院 ─ receiving point (800 kW) ─┬─ main supply    ─ from feeder ─ 滨江一线
                                         └─ standby supply ─ from feeder ─ 滨江二线

Only where the load has no table of receiving points or supplies, and the customer no receiving point of another load.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from loaders.tabular.heads import bare_head
from loaders.tabular.held_supplies import MOST, HeldPoint, HeldSupply, point_id, supply_id
from loaders.tabular.made import Made
from loaders.tabular.names import clean_id, plain_name
from loaders.tabular.record import Record
from loaders.tabular.scars import Wanted
from loaders.tabular.synonyms import field_named
from loaders.tabular.units import converted
from loaders.tabular.values import Parser, fields_of
from loaders.tabular.writing import UnclearError
from schema.registry import EntityKind
from schema.vocabulary import SupplyRole
from schema.words import said, say

_Role = SupplyRole
_THINGS = r"(?:线路|电源|馈线|电源线路|供电线路|电源点|线)"
_SUPPLY = (
    (_Role.SECURITY, re.compile(r"保安(?:电源|线路)\d?")),
    (_Role.STANDBY, re.compile(rf"(?:备供|备用|备){_THINGS}?\d?|第?[二三四]路?{_THINGS}|副供{_THINGS}?")),
    (_Role.MAIN, re.compile(
        rf"(?:主供|常用|主){_THINGS}\d?|主供|第?一路?{_THINGS}|供电(?:线路|电源|馈线)|电源(?:线路|进线)|进线(?:线路|电源)|"
        rf"(?:所属|所在|接入)?(?:线路|馈线)(?:名称)?|单电源"
    )),
)  # fmt: skip
"""Heads of supplies by what they are, the surest first."""
_NUMBERED = re.compile(r"(?:供电)?(?:线路|电源|馈线|进线|供电线路|供电电源)(?P<number>[1-4一二三四])")
_FIRST = frozenset("1一")
_FIELDS = frozenset({"load_kw", "nominal_kv"})
"""Fields of the receiving point."""
_BETWEEN = re.compile(
    r"[、，,;；/／+\n]+|(?<=[线回路)）])\s*(?:和|及|以及|与)\s*(?=[^\s和及与]+[线回路)）])"
    r"|(?<=[线回路)）])\s+(?=\S*[线回路)）](?:\s|$))"
)
"""Between two lines of one cell; a word or blank parts only what is called like lines (滨江一线 滨江二线)."""
_KINDS = frozenset({EntityKind.RECEIVING_POINT, EntityKind.SUPPLY_SOURCE})


class SupplyColumn(NamedTuple):
    """A column that names the feeder of a supply."""

    place: int
    header: str
    role: SupplyRole


class PointColumn(NamedTuple):
    """A column of a field of the receiving point."""

    place: int
    header: str
    name: str
    parse: Parser | None


class Supplies(NamedTuple):
    """What the columns of a customer list say of its supplies."""

    supplies: tuple[SupplyColumn, ...] = ()
    fields: tuple[PointColumn, ...] = ()

    @property
    def wanted(self) -> dict[int, Wanted]:
        """What its columns are read as."""
        keys = {each.place: Wanted.KEY for each in self.supplies}
        return keys | {each.place: Wanted.OTHER for each in self.fields}

    @property
    def kinds(self) -> frozenset[EntityKind]:
        """The kinds that it makes things of."""
        return _KINDS if self.supplies else frozenset()

    @property
    def read_as(self) -> dict[str, str]:
        """What its columns are read as, by their heads."""
        told = {each.header: f"SUPPLY_SOURCE ({each.role.value})" for each in self.supplies}
        return told | {each.header: f"RECEIVING_POINT ({each.name})" for each in self.fields}

    def ids(self, ident: str, system: str) -> list[str]:
        """Ids of what these columns may have made of a row: they stay where it is rejected."""
        if not self.supplies:
            return []
        return [point_id(ident, system), *(supply_id(ident, system, place) for place in range(1, MOST + 1))]


NO_SUPPLIES = Supplies()


def supplies_of(header: Sequence[str], free: Sequence[str]) -> Supplies:
    """The columns of supplies among those of a customer list that nothing else reads."""
    found = [
        SupplyColumn(place, head, role)
        for place, head in enumerate(header)
        if head in free and (role := _role_of(head)) is not None
    ]
    if not found:
        return NO_SUPPLIES
    fields = {
        name: PointColumn(place, head, name, parse)
        for place, head in enumerate(header)
        if head in free
        and (name := field_named(EntityKind.RECEIVING_POINT, bare_head(head)[0])) in _FIELDS
        and (parse := _parser(name, bare_head(head)[1])) is not None
    }
    return Supplies(tuple(found), tuple(fields.values()))


def is_supply(head: str) -> bool:
    """Whether a head of a customer list names a supply."""
    return _role_of(head) is not None


def hold_supplies(columns: Supplies, record: Record) -> None:
    """Keep what a row says of its customer's supplies until all feeders are known."""
    named = list(_named(columns, record))[:MOST]
    if not named:
        return
    point = point_id(record.ident, record.system)
    if others := [each for each in record.collector.points_of(record.ident) if each != point]:
        record.collector.keep(others)
        record.collector.remark(
            record.row,
            named[0].column,
            named[0].feeder,
            say("the customer has a receiving point already, {other}: no supply is made of it", other=others[0]),
            say("Correct the supplies of that receiving point, in the tables that have it."),
            dropped=True,
        )
        return
    own = {"id": point, "name": record.name and record.name + EntityKind.RECEIVING_POINT.zh}
    made = Made(EntityKind.RECEIVING_POINT, own | _fields(columns.fields, record))
    record.collector.hold_point(HeldPoint(record.ident, record.name, made, tuple(named), record.system), record.row)


def _named(columns: Supplies, record: Record) -> Iterator[HeldSupply]:
    """Feeders that a row names; of several in a cell of the main supply the others are standby."""
    for column in columns.supplies:
        text = record.text(column.place, column.header)
        for place, name in enumerate(filter(None, map(str.strip, _BETWEEN.split(text)))):
            role = _Role.STANDBY if place and column.role is _Role.MAIN else column.role
            yield HeldSupply(record.collector.cleaned(record.row, column.header, clean_id(name)), role, column.header)


def _fields(columns: Sequence[PointColumn], record: Record) -> dict[str, Any]:
    """Fields of the receiving point; a cell that holds none costs itself."""
    found: dict[str, Any] = {}
    for column in columns:
        text = record.text(column.place, column.header)
        if not text or column.parse is None:
            continue
        try:
            value = float(column.parse(text))
            if value < 0:
                raise UnclearError(say("is below zero"), say("Correct the value."))
            found[column.name] = value
        except ValueError as error:
            remedy = error.remedy if isinstance(error, UnclearError) else say("Correct the value.")
            reason = said(error) if isinstance(error, UnclearError) else say("is no number")
            record.collector.remark(record.row, column.header, text, reason, remedy, dropped=True)
    return found


def _parser(name: str, unit: str) -> Parser | None:
    """What reads a column of that unit; None for a unit that cannot be converted."""
    info = fields_of(EntityKind.RECEIVING_POINT)[name]
    if not unit or plain_name(unit) == plain_name(info.label.unit):
        return info.parse
    return converted(info.parse, unit, info.label.unit)


def _role_of(head: str) -> SupplyRole | None:
    bare = plain_name(bare_head(head)[0])
    if (numbered := _NUMBERED.fullmatch(bare)) is not None:
        return _Role.MAIN if numbered["number"] in _FIRST else _Role.STANDBY
    return next((role for role, form in _SUPPLY if form.fullmatch(bare)), None)
