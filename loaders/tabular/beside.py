"""What columns of a row stand for beside its own entity: contacts of a person, points at the ends of a piece."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from hashlib import sha256
from typing import Any, NamedTuple

from loaders.tabular.collect import Collector
from loaders.tabular.counted import BREAKS
from loaders.tabular.made import Link, Made
from loaders.tabular.marks import says_none
from loaders.tabular.moments import day
from loaders.tabular.names import clean_id, one_line, plain_name
from loaders.tabular.phones import Dialled, dialled
from loaders.tabular.places import coordinate
from loaders.tabular.points import terminal_of
from loaders.tabular.record import Record
from loaders.tabular.scars import Wanted, may_be_scarred, scar
from loaders.tabular.values import listed
from loaders.tabular.whole_rows import AGAIN, MOST_NUMBERS
from loaders.tabular.writing import UnclearError, UnsaidError, Writing
from schema.entity import MAX_ID_BYTES, is_plain_id
from schema.registry import EntityKind
from schema.relationships import ENDS, RelationshipKind
from schema.unseen import is_common
from schema.validation import masked
from schema.vocabulary import ContactType
from schema.words import said, say

_REACHABLE = ENDS[RelationshipKind.HAS_CONTACT].sources


def _numbered(form: str) -> tuple[str, ...]:
    """The heads of exports that number what somebody has several of, as Gmail does."""
    return tuple(form.format(number) for number in range(1, MOST_NUMBERS + 1))


_PHONES: dict[str, tuple[str, ...]] = {
    "MOBILE": ("mobile", "mobile phone", "手机", "手机号", "手机号码", "移动电话", "本人手机", "联系手机"),
    "LANDLINE": (
        "landline",
        "座机",
        "固定电话",
        "固话",
        "办公电话",
        "办公室电话",
        "单位电话",
        "办公座机",
        "商务电话",
        "business phone",
        "住宅电话",
        "home phone",
    ),
    "DUTY_PHONE": ("duty phone", "值班电话", "用户值班电话", "客户值班电话", "值班室电话", "24小时值班电话"),
    "SHORT_NUMBER": ("short number", "短号", "集团短号", "虚拟网短号", "小号", "手机短号"),
    "EMAIL": (
        "email",
        "e-mail",
        "mail",
        "电子邮件",
        "电子邮箱",
        "邮箱",
        "电子邮件地址",
        "e-mail address",
        *_numbered("E-mail {} - Value"),
    ),
    "PHONE": (
        "phone",
        "telephone",
        "tel",
        "电话",
        "电话号码",
        "联系电话",
        "联系方式",
        "号码",
        *_numbered("Phone {} - Value"),
    ),
}  # fmt: skip
"""Heads of columns that hold contacts, by their type; PHONE = told by the number."""
_PRIORITY = {"MOBILE": 1, "DUTY_PHONE": 1, "PHONE": 1, "LANDLINE": 2, "SHORT_NUMBER": 3, "EMAIL": 4}
"""Order of calling of what stands beside a person."""
_BY_HEAD = {plain_name(head): code for code, heads in _PHONES.items() for head in heads}
_VERIFIED = frozenset(map(plain_name, ("verified_on", "核实日期", "号码核实日期")))


SITE, VERIFIED, PHONE = "SITE", "VERIFIED", "PHONE"
PLACE: dict[str, tuple[str, ...]] = {
    "LONGITUDE": ("经度", "longitude", "lon", "lng", "东经", "坐标经度"),
    "LATITUDE": ("纬度", "latitude", "lat", "北纬", "坐标纬度"),
}
"""Heads of coordinates in a list of customers: those of their sites."""
_READ = {"LONGITUDE": coordinate(180), "LATITUDE": coordinate(90)}
_PLACE_OF = {plain_name(head): code for code, heads in PLACE.items() for head in heads}


class BesideColumn(NamedTuple):
    """A column; `code` is a type of contact, VERIFIED, SITE (an address), one of PLACE, or the number of a terminal."""

    place: int
    header: str
    code: str


class UnsaidBesideError(ValueError):
    """A cell that cannot be read as nobody said how the load writes numbers."""

    def __init__(self, column: BesideColumn, value: str, error: UnclearError) -> None:
        super().__init__(str(error))
        self.column, self.value, self.error = column, value, error


def beside_column(kind: EntityKind, place: int, header: str, bare: str) -> BesideColumn | None:
    """What a column stands for that is no field or relationship of the kind; None for nothing."""
    code = terminal_of(kind, bare)
    if not code and kind in _REACHABLE:
        code = VERIFIED if plain_name(bare) in _VERIFIED else _BY_HEAD.get(plain_name(bare), "")
    return BesideColumn(place, header, code) if code else None


def place_column(place: int, header: str, bare: str) -> BesideColumn | None:
    """A column of coordinates; None for another."""
    code = _PLACE_OF.get(plain_name(bare))
    return BesideColumn(place, header, code) if code else None


def is_contact(column: BesideColumn) -> bool:
    """Whether a column holds telephone numbers or addresses."""
    return column.code in _PHONES


def is_reach(column: BesideColumn) -> bool:
    """Whether a column is of contacts: numbers and addresses, and the day that somebody verified them."""
    return is_contact(column) or column.code == VERIFIED


def wanted_of(column: BesideColumn) -> Wanted:
    """What it is read as: what may be rounded or dated, and who finds that out."""
    return Wanted.BESIDE if is_reach(column) or column.code in PLACE else Wanted.KEY


def made_kinds(columns: Sequence[BesideColumn]) -> set[EntityKind]:
    """The kinds that these columns make things of."""
    contacts = {EntityKind.CONTACT for column in columns if is_contact(column)}
    sites = {EntityKind.SITE for column in columns if column.code == SITE or column.code in PLACE}
    return contacts | sites | {EntityKind.CONNECTIVITY_NODE for column in columns if column.code.isdigit()}


def ids_beside(columns: Sequence[BesideColumn], ident: str, system: str, cells: Sequence[str]) -> list[str]:
    """Ids of what these columns may have made: they stay where the row is rejected."""
    found = []
    for column in columns:
        if is_contact(column):
            first = f"{ident}:{column.code}"
            found += [first, *(f"{first}{AGAIN}{n}" for n in range(2, MOST_NUMBERS + 1))]
        elif column.code.isdigit() and cells[column.place].strip():
            found.append(_point(system, cells[column.place].strip()))
        elif column.code == SITE and cells[column.place].strip():
            found.append(_site(system, clean_id(cells[column.place])))
        elif column.code in PLACE:
            found.append(_site(system, ident))
    return found


class Beside(NamedTuple):
    """Columns beside those of the row's own thing, by what they are: days of verification, coordinates, all others."""

    verified: tuple[BesideColumn, ...]
    places: tuple[BesideColumn, ...]
    others: tuple[BesideColumn, ...]

    @classmethod
    def of(cls, columns: Sequence[BesideColumn]) -> Beside:
        """The columns of a table, parted once."""
        verified = tuple(column for column in columns if column.code == VERIFIED)
        places = tuple(column for column in columns if column.code in PLACE)
        return cls(verified, places, tuple(each for each in columns if each not in (*verified, *places)))


def made_beside(columns: Beside, record: Record) -> tuple[list[Made], list[Link]]:
    """What the columns of a row make, and what leads there. Raises UnsaidBesideError.

    A number that is none costs itself, with a finding, and so does a day of verification: the row is of somebody.
    """
    collector, row, ident, name, cells, writing, system = record
    made: list[Made] = []
    links: list[Link] = []
    bad: list[tuple[BesideColumn, str, UnclearError]] = []
    verified = _verified(columns.verified, cells, bad) if columns.verified else None
    lies = _place(columns.places, record, bad) if columns.places else {}
    for column in columns.others:
        text = record.text(column.place, column.header)
        if not text:
            continue
        if column.code.isdigit():
            node = _node(collector, row, column, collector.cleaned(row, column.header, text), system)
            made += node[1]
            links.append(Link(RelationshipKind.CONNECTS, ident, node[0], column.code, column.header))
            continue
        if column.code == SITE:
            if (plain := one_line(text)) is not text:
                collector.count(BREAKS, row, column.header)
                text = plain
            every = [collector.cleaned(row, column.header, each) for each in _addresses(text)]
            sites = [_address(collector, each, system, lies if len(every) == 1 else {}) for each in every]
            lies = {}
            made += [each for _, new in sites for each in new]
            links += [Link(RelationshipKind.HAS_SITE, ident, site, "", column.header) for site, _ in sites]
            continue
        try:
            before = sum(1 for each in made if each.fields["id"].startswith(f"{ident}:{column.code}"))
            contacts = contacts_of(column, ident, cells[column.place], verified, writing, before)
        except UnsaidError as error:
            raise UnsaidBesideError(column, masked(text), error) from error
        except UnclearError as error:
            bad.append((column, masked(text), error))
            continue
        made += contacts
        links += [Link(RelationshipKind.HAS_CONTACT, ident, each.fields["id"], "", column.header) for each in contacts]
    if lies:
        own = _site(system, ident)
        made.append(Made(EntityKind.SITE, {"id": own, "name": name, **lies}))
        links.append(Link(RelationshipKind.HAS_SITE, ident, own, "", next(iter(lies))))
    for column, value, why in bad:
        collector.keep(ids_beside([column], ident, system, cells))
        collector.remark(row, column.header, value, said(why), why.remedy, dropped=True)
    return made, links


def _verified(
    columns: Sequence[BesideColumn], cells: Sequence[str], bad: list[tuple[BesideColumn, str, UnclearError]]
) -> date | None:
    for column in columns:
        text = cells[column.place].strip()
        if text and not says_none(text):
            try:
                _check_scars(cells[column.place], Wanted.OTHER)
                return day(text)
            except UnclearError as error:
                bad.append((column, text, error))
    return None


def _place(
    columns: Sequence[BesideColumn], record: Record, bad: list[tuple[BesideColumn, str, UnclearError]]
) -> dict[str, float]:
    """Longitude and latitude of a row; none of them where one is missing or cannot be."""
    found: dict[str, float] = {}
    for column in columns:
        if text := record.text(column.place, column.header):
            try:
                _check_scars(record.cells[column.place], Wanted.OTHER)
                found[column.code.lower()] = _READ[column.code](text)
            except UnclearError as error:
                bad.append((column, text, error))
    if len(found) == 1 or not any(found.values()):
        told = say("is one coordinate of two") if len(found) == 1 else say("0, 0 lies in the sea off Africa")
        if found and not any(each in columns for each, _, _ in bad):
            bad.append((columns[0], "", UnclearError(told, say("Leave coordinates empty that nobody knows."))))
        return {}
    return found


def _check_scars(cell: str, wanted: Wanted = Wanted.PERSONAL) -> None:
    found = scar((cell,), {0: wanted}) if may_be_scarred(cell) else None
    if found is not None:
        raise UnclearError(found.reason, found.remedy)


def _node(collector: Collector, row: int, column: BesideColumn, name: str, system: str) -> tuple[str, list[Made]]:
    ident = _point(system, name)
    if collector.has_point(ident):
        return ident, []
    if collector.kind(name) is EntityKind.CONNECTIVITY_NODE:
        return name, []
    collector.point(ident, row, column.header, name)
    fields = {"id": ident, "name": name}
    return ident, [Made(EntityKind.CONNECTIVITY_NODE, fields, True, fields if is_plain_id(ident) else None)]


def _point(system: str, name: str) -> str:
    return f"POINT:{system}:{name}"


def _addresses(text: str) -> Sequence[str]:
    """The addresses of a cell; one that begins with a bracket ([2号楼]滨江路1号) is no list."""
    try:
        return listed(text)
    except ValueError:
        return (text,)


def _site(system: str, address: str) -> str:
    ident = f"SITE:{system}:{address}"
    return (
        ident if len(ident.encode()) <= MAX_ID_BYTES else f"SITE:{system}:{sha256(address.encode()).hexdigest()[:32]}"
    )


def _address(collector: Collector, written: str, system: str, lies: dict[str, float]) -> tuple[str, list[Made]]:
    """The site that an address stands for, if it is not the id of one: of several customers at one address the same,
    at the place that the first of them says."""
    if collector.kind(written) is EntityKind.SITE:
        return written, []
    ident = _site(system, written)
    sure = not lies and is_plain_id(ident) and is_common(written)
    fields = {"id": ident, "name": written, "address": written, **lies}
    return ident, [Made(EntityKind.SITE, fields, True, fields if sure else None)]


def contact_type_of(head: str) -> str:
    """The type of contact that a head says, as plain_name; PHONE where the number tells it."""
    return _BY_HEAD.get(head, PHONE)


def contacts_of(
    column: BesideColumn, ident: str, cell: str, verified: date | None, writing: Writing, before: int
) -> list[Made]:
    """The contacts in a cell of whom `ident` is, `before` of which the row has others of that type.

    Raises UnclearError where it holds no numbers, UnsaidError where nobody said of which country they are.
    """
    _check_scars(cell)
    text = cell.strip()
    given = None if column.code == PHONE else ContactType[column.code]
    found = dialled(text, given, writing.country)
    if len(found) + before > MOST_NUMBERS:
        raise UnclearError(
            say("holds more than {most} numbers", most=MOST_NUMBERS), say("Give each number a row of its own.")
        )
    first = f"{ident}:{column.code}"
    return [
        _contact(one, first if place == 1 else f"{first}{AGAIN}{place}", column, verified)
        for place, one in enumerate(found, start=1 + before)
    ]


def _contact(one: Dialled, ident: str, column: BesideColumn, verified: date | None) -> Made:
    fields: dict[str, Any] = {"id": ident, "value": one.value, "priority": _PRIORITY[column.code]}
    if one.contact_type is not None:
        fields["contact_type"] = one.contact_type
    if one.note:
        fields["note"] = one.note
    if verified is not None:
        fields["verified_on"] = verified
    sure = not one.note and is_common(one.value) and is_plain_id(ident)
    return Made(EntityKind.CONTACT, fields, checked=fields if sure else None)
