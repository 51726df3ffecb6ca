"""Heads of a plain table to its columns: a field, a relationship, a thing beside the row's own, or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from loaders.tabular.beside import beside_column, is_contact
from loaders.tabular.by_name import NAMED
from loaders.tabular.columns import Columns, LinkColumn
from loaders.tabular.elsewhere import count_rows
from loaders.tabular.heads import bare_head, said_before
from loaders.tabular.lacking import lacks
from loaders.tabular.moments import last_day
from loaders.tabular.names import plain_name, relationships_by_name, split_number
from loaders.tabular.periods import Periods, periods_of
from loaders.tabular.roster_hours import no_hours
from loaders.tabular.roster_matrix import HOUR_HEADS as PERIODS
from loaders.tabular.synonyms import ends_a_day, field_named, is_plain_number, is_post, link_named
from loaders.tabular.table import Table
from loaders.tabular.units import converted
from loaders.tabular.values import FieldInfo, fields_of
from loaders.tabular.whole_rows import DAY_COLUMNS
from loaders.tabular.writing import Writing
from schema.errors import LoadError
from schema.registry import CONDUCTING, EntityKind
from schema.relationships import RelationshipKind
from schema.words import say
from schema.words.former_words import accepted_words

_OTHERS = frozenset({EntityKind.CUSTOMER, EntityKind.RECEIVING_POINT, EntityKind.EMERGENCY_PLAN})
_PERSON = EntityKind.PERSON
_BY_NAME = (NAMED | CONDUCTING | _OTHERS) - {_PERSON, EntityKind.SUPPLY_SOURCE}
"""Kinds whose rows have their id by their name, where a list has no ids."""
_COUNTED = 12
"""Rows that are looked at for numbers that count them."""


def columns_of(table: Table, kind: EntityKind, writing: Writing, system: str) -> Columns:
    """What the columns of a table are. Raises LoadError where they do not make a table of that kind."""
    infos = fields_of(kind, writing)
    by_name = {plain_name(name): info for info in infos.values() for name in _words_of(info) if name}
    links = relationships_by_name(kind)
    found: dict[str, str] = {}
    columns = Columns([], [], [], infos, kind, system)
    days = frozenset(map(plain_name, DAY_COLUMNS.get(kind, ())))
    hours = -1
    named = {name for header in table.header if (name := _field_of(by_name, header))}
    for place, header in enumerate(table.header):
        written, is_again = said_before(header)
        bare, unit = bare_head(written)
        info = by_name.get(plain_name(written)) or by_name.get(plain_name(bare))
        if info is None and (name := field_named(kind, bare)) and name not in named:
            info = infos[name]
            named.add(name)
            columns.read_as[header] = name
            if ends_a_day(bare):
                info = replace(info, parse=partial(last_day, zone=writing.timezone))
        if info is not None and info.name in found:
            columns.leave(header, say(" {first} is read as {field} already.", first=found[info.name], field=info.name))
            continue
        if info is not None:
            parse = info.parse
            other = unit and plain_name(header) not in by_name and plain_name(unit) != plain_name(info.label.unit)
            if other and (parse := converted(info.parse, unit, info.label.unit)) is None:
                raise LoadError(
                    say(
                        "{table}: column {header!r} is in {unit}, but {field} is taken in {what}. Convert the "
                        "column, or use a mapping file with a factor.",
                        table=table.label,
                        header=header,
                        unit=unit,
                        field=info.name,
                        what=info.label.unit or say("no unit"),
                    )
                )
            found[info.name] = header
            columns.fields.append((place, header, info.name, parse))
            continue
        numbered = split_number(bare)
        link = None if is_again else links.get(plain_name(bare))
        if link is not None:
            columns.links.append(LinkColumn(place, header, link, ""))
        elif numbered and (link := links.get(plain_name(numbered[0]))) is not None:
            columns.links.append(LinkColumn(place, header, link, numbered[1]))
        elif plain_name(bare) in days and columns.day < 0:
            columns.day, columns.day_head = place, header
        elif kind is EntityKind.SHIFT and plain_name(bare) in PERIODS and hours < 0:
            hours = place
        elif (beside := beside_column(kind, place, header, bare)) and (not is_again or is_contact(beside)):
            columns.beside.append(beside)
        elif is_again and kind is not EntityKind.SHIFT:
            columns.leave(header, say(" The head has it more than once: the first column is read."))
        elif (link := link_named(kind, bare)) is not None and link in links.values():
            columns.links.append(LinkColumn(place, header, link, ""))
            columns.read_as[header] = link.value.lower()
        elif kind is EntityKind.SHIFT and is_post(bare):
            columns.links.append(LinkColumn(place, header, RelationshipKind.WORKED_BY, ""))
            columns.read_as[header] = RelationshipKind.WORKED_BY.value.lower()
        else:
            columns.leave(
                header, "" if bare_head(header)[0] != f"#{place + 1}" else say(" The head has no name for it.")
            )
    columns.take_roles(table.header)
    columns.read_numbers(table)
    if "name" in found and kind in (*_BY_NAME, _PERSON):
        _leave_row_numbers(columns, table, found)
    missing = [info.name for info in infos.values() if info.required and info.name not in found]
    if missing == ["id"] and "number" in found:
        place = table.header.index(found["number"])
        columns.fields.append((place, found["number"], "id", None))
        columns.read_as[found["number"]] = "id, number"
        missing = []
    if kind is EntityKind.SHIFT:
        missing = [name for name in missing if name != "id"]
        columns.periods = _periods(table, columns, hours, writing.shifts) if missing == ["start", "end"] else None
        missing = [] if columns.periods is not None else missing
        if missing == ["start", "end"]:
            raise no_hours(table.label)
        if columns.periods is None and hours >= 0:
            columns.unknown.append(table.header[hours])
    if missing == ["id"] and kind is EntityKind.PERSON and "name" in found:
        columns.read_as[found["name"]] = "id, name"
        missing = []
    if missing == ["id"] and kind is EntityKind.ASSIGNMENT and columns.links:
        columns.read_as[" + ".join(table.header[place] for place in columns.told_by)] = "id"
        missing = []
    if missing == ["id"] and kind in _BY_NAME and "name" in found:
        columns.read_as[found["name"]] = "id, name"
        missing = []
    if missing:
        raise lacks(table.label, table.header, kind, [infos[name] for name in missing], kind in (*_BY_NAME, _PERSON))
    return columns


def _leave_row_numbers(columns: Columns, table: Table, found: dict[str, str]) -> None:
    """Take no ids from a column 编号 that counts the rows: with the next row put in between they would be others'."""
    name = next((each for each in ("id", "number") if is_plain_number(bare_head(found.get(each, ""))[0])), "")
    if not name:
        return
    head = found[name]
    place = table.header.index(head)
    if count_rows(cells[place] for cells in table.below_head(_COUNTED) if place < len(cells)):
        columns.fields[:] = [field for field in columns.fields if field[0] != place]
        del found[name], columns.read_as[head]
        columns.unknown.append(head)
        columns.hints[head] = say(" It counts the rows, so that no ids are taken from it: names stand for them.")


def _periods(table: Table, columns: Columns, hours: int, said: str) -> Periods | None:
    """The column that tells from when to when a shift is: one of hours, else the shift's name; None for neither."""
    place = next((place for place, _, name, _ in columns.fields if name == "name"), -1) if hours < 0 else hours
    if place < 0:
        return None
    head, rows = table.header[place], table.first_rows()
    found = periods_of(place, head, table.header, rows, table.head_row, said)
    if hours < 0 and not any(found.told(row[place]) for row in rows[table.head_row :] if place < len(row)):
        return None
    columns.read_as[head] = "name, start, end" if hours < 0 else "start, end"
    return found


def _words_of(info: FieldInfo) -> list[str]:
    """What a column of a field is called: its label, without what is explained in brackets too, and its name."""
    return [*(each for word in accepted_words(info.label.zh) for each in (word, bare_head(word)[0])), info.name]


def _field_of(by_name: Mapping[str, FieldInfo], header: str) -> str:
    """The field that a column is called like; empty for none."""
    info = by_name.get(plain_name(header)) or by_name.get(plain_name(bare_head(header)[0]))
    return "" if info is None else info.name
