"""A power-grid-model data set as a source: its components become equipment on nodes.

    source 9 ─ node 1 ─ line 4 (from_status 1, to_status 0) ─ [open 4@to] ─ node 2 ─ sym_load 7

A branch that is not connected at an end gets an open disconnector there; a link is a switch itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from loaders.assembly import Assembly
from loaders.power_grid_model.components import Components, Row, read_components
from loaders.report import FEEDS_IN, FEEDS_IN_REMEDY, FileAccount, Reject
from loaders.source import Reading, WholeModels
from schema import grid
from schema.batch import GraphBatch
from schema.entity import Entity
from schema.errors import LoadError
from schema.vocabulary import SwitchPosition
from schema.words import say

Fields = dict[str, Any]
_TWO = (("from_node", "from_status"), ("to_node", "to_status"))
_THREE = tuple((f"node_{number}", f"status_{number}") for number in (1, 2, 3))
BRANCHES: dict[str, tuple[tuple[str, str], ...]] = {
    "line": _TWO, "asym_line": _TWO, "generic_branch": _TWO, "transformer": _TWO, "link": _TWO,
    "three_winding_transformer": _THREE,
}  # fmt: skip
"""Classes that join nodes: attributes of the node and of the state of each end."""
LOADS, GENERATORS = ("sym_load", "asym_load"), ("sym_gen", "asym_gen")
AT_A_NODE = ("source", *LOADS, *GENERATORS, "shunt")
READ = frozenset({"node", *BRANCHES, *AT_A_NODE})


class PowerGridModelSource(WholeModels):
    """Input data of power-grid-model, of one source system (see loaders.source.Source)."""

    mapping = "power-grid-model"

    def __init__(self, files: Sequence[Path], system: str = "") -> None:
        if len(files) > 1:
            raise LoadError(
                say(
                    "Each power-grid-model file is a grid of its own, and their numbers mean different things: load "
                    "one at a time, each with its own --system."
                )
            )
        super().__init__(files, system)

    def _read(self, path: Path, reading: Reading, load: int) -> Iterator[GraphBatch]:
        yield _Net(read_components(path), path.name, self.system, load, reading).batch()


class _Net:
    def __init__(self, components: Components, file: str, system: str, load: int, reading: Reading) -> None:
        self._components, self._file = components, file
        self._report = reading.report
        self._account = FileAccount(file=file, load=load, left_out=Counter())
        self._report.accounts.append(self._account)
        self._assembly = Assembly(system, load)
        self._voltages = {row.id: row.number("u_rated") for row in components.rows.get("node", ())}
        self._fed = False

    def batch(self) -> GraphBatch:
        """Everything in the data set."""
        for cls, place, named in self._components.unusable:
            if cls in READ:
                self._account.rows_read += 1
                reason = say("{cls}: its id is no whole number, or stands twice", cls=cls)
                self._reject_at(place, "id", named, reason, say("Number all components of the file apart."))
        for cls, rows in self._components.rows.items():
            if cls not in READ:
                if rows:
                    self._account.left_out[say("{table} is not modelled", table=cls)] += len(rows)
                continue
            self._account.rows_read += len(rows)
            self._account.taken += len(rows)
        for row in self._rows("node"):
            self._put(grid.ConnectivityNode, row, row.key, (), {})
        for cls, ends in BRANCHES.items():
            for row in self._rows(cls):
                self._branch(row, ends)
        for cls in AT_A_NODE:
            for row in self._rows(cls):
                self._single(row)
        if not self._fed:
            reason = say("The data set has no source that is connected: nothing in it can be live.")
            self._report.findings.append(
                Reject(file=self._file, row=0, reason=reason, remedy=say("Add the feeding grid (source)."))
            )
        return self._assembly.made

    def _rows(self, cls: str) -> list[Row]:
        return self._components.rows.get(cls, [])

    def _branch(self, row: Row, ends: tuple[tuple[str, str], ...]) -> None:
        nodes = [self._node(row, name) for name, _ in ends]
        known = [node for node in nodes if node is not None]
        if len(known) < len(nodes):
            return
        opened = [row.cells.get(status) == 0 for _, status in ends]
        fields: Fields = {"nominal_kv": self._kv(known[0])}
        at = [f"node:{node}" for node in known]
        if row.cls == "link":
            position = SwitchPosition.OPEN if any(opened) else SwitchPosition.CLOSED
            self._put(grid.Disconnector, row, row.key, at, fields | {"normal_position": position})
            return
        for place, (name, _) in enumerate(ends):
            if opened[place]:
                at[place] = self._parted(row, name.removesuffix("_node"), at[place])
        cls = grid.PowerTransformer if row.cls.endswith("transformer") else grid.ACLineSegment
        self._put(cls, row, row.key, at, fields | self._figures(row))

    def _figures(self, row: Row) -> Fields:
        if row.cls == "transformer":
            return _voltages(row, "u1", "u2") | {"rated_kva": _thousandth(row.number("sn"))}
        if row.cls == "three_winding_transformer":
            ratings = [row.number(f"sn_{number}") or 0.0 for number in (1, 2, 3)]
            return _voltages(row, "u1", "u2", "u3") | {"rated_kva": _thousandth(max(ratings)) or None}
        return {"rated_current_a": row.number("i_n")}

    def _parted(self, row: Row, end: str, node: str) -> str:
        """The node behind an open disconnector at an end of a branch."""
        behind = f"{row.key}@{end}"
        self._assembly.node(behind, row=row.place)
        fields = {"normal_position": SwitchPosition.OPEN}
        self._put(grid.Disconnector, row, f"open:{behind}", [node, behind], fields)
        return behind

    def _single(self, row: Row) -> None:
        node = self._node(row, "node")
        if node is None:
            return
        fields: Fields = {"nominal_kv": self._kv(node), "in_service": row.cells.get("status", 1) != 0}
        cls: type[Entity] = grid.ShuntCompensator
        if row.cls == "source":
            cls = grid.EnergySource
            self._fed = self._fed or fields["in_service"]
        elif row.cls != "shunt":
            cls, kw = self._power(row)
            fields["kw"] = kw
        self._put(cls, row, row.key, [f"node:{node}"], fields)

    def _power(self, row: Row) -> tuple[type[Entity], float | None]:
        kw = _thousandth(row.power("p_specified"))
        if row.cls in LOADS:
            if kw is not None and kw < 0:
                self._find(row, "p_specified", FEEDS_IN, FEEDS_IN_REMEDY)
            return grid.EnergyConsumer, kw
        if kw is not None and kw < 0:
            self._find(
                row,
                "p_specified",
                say("generation below zero takes power; taken as a load of that size"),
                FEEDS_IN_REMEDY,
            )
            return grid.EnergyConsumer, -kw
        return grid.GeneratingUnit, kw

    def _kv(self, node: int) -> float | None:
        return _thousandth(self._voltages[node])

    def _node(self, row: Row, name: str) -> int | None:
        """The node that a row names; None, and the row is rejected, if the file has no such node."""
        node = row.cells.get(name)
        if type(node) is int and node in self._voltages:
            return node
        self._reject(row, name, say("no node of the file has this id"), say("Correct the id, or delete the row."))
        return None

    def _put(self, cls: type[Entity], row: Row, key: str, at: Sequence[str], fields: Fields) -> None:
        name = row.cells.get("name")
        called = " ".join(name.split()) if isinstance(name, str) and key == row.key else key
        fault = self._assembly.put(cls, key, called, row.place, at, fields)
        if fault is not None:
            self._reject(row, fault.field, fault.reason, say("Correct the value in power-grid-model."))

    def _reject(self, row: Row, column: str, reason: str, remedy: str) -> None:
        self._account.taken -= 1
        self._reject_at(row.place, column, str(row.cells.get(column, "")), _about(row, reason), remedy)

    def _reject_at(self, place: int, column: str, value: str, reason: str, remedy: str) -> None:
        self._account.rejected += 1
        self._report.rejects.append(
            Reject(file=self._file, row=place, column=column, value=value, reason=reason, remedy=remedy)
        )

    def _find(self, row: Row, column: str, reason: str, remedy: str) -> None:
        value = str(row.cells.get(column))
        self._report.findings.append(
            Reject(
                file=self._file, row=row.place, column=column, value=value, reason=_about(row, reason), remedy=remedy
            )
        )


def _about(row: Row, reason: str) -> str:
    return say("{named}: {reason}", named=f"{row.cls} {row.id}", reason=reason)


def _voltages(row: Row, *names: str) -> Fields:
    known = [kv for name in names if (kv := _thousandth(row.number(name)))]
    return {"nominal_kv": max(known), "secondary_kv": min(known)} if known else {}


def _thousandth(value: float | None) -> float | None:
    return None if value is None else float(f"{value / 1000:.12g}")
