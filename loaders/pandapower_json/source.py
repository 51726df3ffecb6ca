"""A pandapower network as a source: its tables become equipment on nodes.

    ext_grid ─ bus 0 ─ [switch 0] ─ n ─ [switch 1] ─ n ─ line 0 ─ bus 1 ─ load 0

Switches at one end of a line or transformer stand in series, as none of them may be open. A bus out of service is a
busbar out of service: its node conducts nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from loaders.assembly import Assembly
from loaders.pandapower_json.figures import Figures
from loaders.pandapower_json.kinds import AT_ONE_BUS, ELEMENT_OF, ENDS, SWITCHES
from loaders.pandapower_json.ledger import Ledger
from loaders.pandapower_json.places import places_of
from loaders.pandapower_json.tables import Row, Tables, read_tables, whole
from loaders.source import Reading, WholeModels
from schema.batch import GraphBatch
from schema.entity import Entity
from schema.errors import LoadError
from schema.grid import BusbarSection, Disconnector
from schema.vocabulary import SwitchPosition
from schema.words import say


class PandapowerSource(WholeModels):
    """A network saved by pandapower.to_json, of one source system (see loaders.source.Source)."""

    mapping = "pandapower"

    def __init__(self, files: Sequence[Path], system: str = "") -> None:
        if len(files) > 1:
            raise LoadError(
                say(
                    "Each pandapower file is a network of its own, and their numbers mean different things: load one "
                    "at a time, each with its own --system."
                )
            )
        super().__init__(files, system)

    def _read(self, path: Path, reading: Reading, load: int) -> Iterator[GraphBatch]:
        tables = read_tables(path)
        yield _Net(tables, Ledger(path.name, load, reading.report, tables), self.system, load).batch()


class _Net:
    def __init__(self, tables: Tables, ledger: Ledger, system: str, load: int) -> None:
        self._tables, self._ledger = tables, ledger
        self._buses = {row.index: row for row in tables.of("bus")}
        self._figures = Figures(ledger, self._buses, *places_of(tables))
        self._assembly = Assembly(system, load)
        self._ids: dict[str, dict[int, Row]] = {
            table: {row.index: row for row in tables.of(table)} for table in ELEMENT_OF.values()
        }

    def batch(self) -> GraphBatch:
        """Everything in the network."""
        for row in self._buses.values():
            self._assembly.node(row.key)
            self._figures.check_voltage(row)
            in_service = self._figures.in_service(row)
            if row.text("type") == "b" or not in_service:
                at = self._figures.at(row.index)
                self._put(BusbarSection, row, [row.key], id=f"busbar:{row.index}", in_service=in_service, **at)
        self._switches()
        for table, columns in ENDS.items():
            for row in self._tables.of(table):
                self._branch(row, columns)
        for table in AT_ONE_BUS:
            for row in self._tables.of(table):
                self._single(row)
        self._figures.remark_sources()
        return self._assembly.made

    def _switches(self) -> None:
        """Enter all switches; those at an end of a branch one after the other between bus and branch."""
        self._series: dict[tuple[str, int, int], str] = {}
        standing: dict[tuple[str, int, int], list[Row]] = defaultdict(list)
        for row in self._tables.of("switch"):
            kind, bus, element = row.text("et"), self._bus(row, "bus"), whole(row.cells.get("element"))
            if bus is None:
                continue
            if kind == "b":
                other = self._bus(row, "element")
                if other is not None:
                    self._switch(row, f"bus:{bus}", f"bus:{other}")
            elif kind in ELEMENT_OF:
                at = self._end(row, ELEMENT_OF[kind], element, bus)
                if at is not None:
                    standing[at].append(row)
            else:
                reason = say("stands at something that is not known")
                self._ledger.reject(row, "et", reason, say("Use b, l, t or t3."))
        for (table, element, bus), rows in standing.items():
            near = f"bus:{bus}"
            for place, row in enumerate(rows):
                far = f"{table}:{element}@{bus}" + (f"/{place}" if place else "")
                self._switch(row, near, far)
                near = far
            self._series[table, element, bus] = near

    def _end(self, row: Row, table: str, element: int | None, bus: int) -> tuple[str, int, int] | None:
        """The end of a branch that a switch stands at; one at a bus where the branch does not end is at its first."""
        branch = None if element is None else self._ids[table].get(element)
        if branch is None:
            reason = say("stands at a {table} that is not in the file", table=table)
            self._ledger.reject(row, "element", reason, say("Correct the number, or delete the row."))
            return None
        ends = [whole(branch.cells.get(column)) for column in ENDS[table]]
        if bus not in ends and ends[0] is not None:
            reason = say("{branch} does not end at this bus; taken as standing at its first end", branch=branch.key)
            self._ledger.find(row, "bus", reason, say("Correct the bus of the switch."))
            bus = ends[0]
        return table, branch.index, bus

    def _switch(self, row: Row, *at: str) -> None:
        kind = row.text("type")
        cls = SWITCHES.get(kind.upper())
        if cls is None:
            reason = say("a type of switch that is not known; taken as a disconnector, which clears no fault")
            self._ledger.find(row, "type", reason, say("Write CB, LBS, DS or fuse."))
        closed = row.cells.get("closed")
        position = SwitchPosition.CLOSED if closed else SwitchPosition.OPEN
        if closed is None:
            position = SwitchPosition.UNKNOWN
            self._ledger.find(row, "closed", say("not said whether it is closed"), say("Write true or false."))
        where = self._figures.at(whole(row.cells.get("bus")))
        self._put(cls or Disconnector, row, at, normal_position=position, **where)

    def _branch(self, row: Row, columns: tuple[str, ...]) -> None:
        buses = [self._bus(row, column) for column in columns]
        known = [bus for bus in buses if bus is not None]
        if len(known) == len(buses):
            at = [self._series.get((row.table, row.index, bus), f"bus:{bus}") for bus in known]
            cls, fields = self._figures.branch(row, known)
            self._put(cls, row, at, **fields)

    def _single(self, row: Row) -> None:
        bus = self._bus(row, "bus")
        if bus is None:
            return
        cls, fields = self._figures.single(row, bus)
        if cls is not None:
            self._put(cls, row, [f"bus:{bus}"], **fields)

    def _bus(self, row: Row, column: str) -> int | None:
        """The bus that a row names; None, and the row is rejected, if the file has no such bus."""
        bus = whole(row.cells.get(column))
        if bus is not None and bus in self._buses:
            return bus
        self._ledger.reject(
            row, column, say("no bus of the file has this number"), say("Correct the number, or delete the row.")
        )
        return None

    def _put(self, cls: type[Entity], row: Row, at: Sequence[str], *, id: str = "", **fields: Any) -> None:
        key = id or row.key
        fault = self._assembly.put(cls, key, row.text("name") or key, row.index, at, fields)
        if fault is not None:
            self._ledger.reject(row, fault.field, fault.reason, say("Correct the value in pandapower."))
