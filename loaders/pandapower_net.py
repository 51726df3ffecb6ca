"""pandapower networks (JSON) as a source: buses, lines, transformers, switches, loads, generation, external grids.

    ext_grid ─ bus 0 ─ [switch et=l] ─ line 0 ─ bus 1 ─ load 0

A switch at a line or transformer stands in series with that end. What has no part in the topology of supply (costs,
controllers, characteristics) is left out; impedances and DC lines are, too, and counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from loaders.report import FileAccount, Reject
from loaders.source import Reading, WholeModels
from schema.batch import GraphBatch
from schema.entity import Entity
from schema.errors import LoadError, NotInstalled
from schema.grid import (
    ACLineSegment,
    Breaker,
    BusbarSection,
    ConnectivityNode,
    Disconnector,
    EnergyConsumer,
    EnergySource,
    GeneratingUnit,
    LoadBreakSwitch,
    PowerTransformer,
    ShuntCompensator,
    Switch,
)
from schema.relationships import Relationship, RelationshipKind
from schema.vocabulary import Construction, SwitchPosition
from schema.words import say

_SWITCHES: dict[str, type[Switch]] = {"CB": Breaker, "DS": Disconnector, "LBS": LoadBreakSwitch, "LS": LoadBreakSwitch}
_ENDS = {
    "line": ("from_bus", "to_bus"),
    "trafo": ("hv_bus", "lv_bus"),
    "trafo3w": ("hv_bus", "mv_bus", "lv_bus"),
}
_ELEMENT_OF = {"l": "line", "t": "trafo", "t3": "trafo3w"}
_AT_ONE_BUS = ("load", "sgen", "gen", "storage", "shunt", "ext_grid")
_NOT_MODELLED = ("impedance", "dcline", "xward", "ward", "motor", "asymmetric_load", "asymmetric_sgen", "svc", "tcsc")


class PandapowerSource(WholeModels):
    """Networks saved by pandapower.to_json, of one source system (see loaders.source.Source)."""

    mapping = "pandapower"

    def _read(self, path: Path, reading: Reading, load: int) -> Iterator[GraphBatch]:
        yield _Net(path, self.system, reading, load).batch()


def read_net(path: Path) -> Any:
    """The network in a file. Raises NotInstalled without pandapower, LoadError if it cannot read the file."""
    try:
        import pandapower as pp
    except ImportError:
        raise NotInstalled(
            say(
                "This needs pandapower, which is not installed: run .venv/bin/pip install -e '.[bench]' in the "
                "folder of this project."
            )
        ) from None
    try:
        net = pp.from_json(str(path))
    except Exception as error:
        raise LoadError(
            say("{path} is no network saved by pandapower.to_json ({error}).", path=path.name, error=error)
        ) from error
    if not isinstance(net, pp.pandapowerNet):
        raise LoadError(say("{path} is JSON, but no network saved by pandapower.to_json.", path=path.name))
    return net


class _Net:
    def __init__(self, path: Path, system: str, reading: Reading, load: int) -> None:
        self._net = read_net(path)
        self._system, self._load = system, load
        self._account = FileAccount(file=path.name, load=load)
        self._report = reading.report
        self._report.accounts.append(self._account)
        self._made = GraphBatch()
        self._nodes: set[str] = set()

    def batch(self) -> GraphBatch:
        """Everything in the network."""
        for row in self._rows("bus"):
            self._node(f"bus:{row.Index}")
            if getattr(row, "type", None) == "b":
                self._put(
                    BusbarSection, f"busbar:{row.Index}", row, nominal_kv=float(row.vn_kv), at=[f"bus:{row.Index}"]
                )
        series = self._switches()
        for table in _ENDS:
            for row in self._rows(table):
                ends = [
                    series.get((table, row.Index, int(getattr(row, end))), f"bus:{getattr(row, end)}")
                    for end in _ENDS[table]
                ]
                self._branch(table, row, ends)
        for table in _AT_ONE_BUS:
            for row in self._rows(table):
                self._single(table, row)
        for table in _NOT_MODELLED:
            if table in self._net and len(self._net[table]):
                self._account.left_out[say("{table} is not modelled", table=table)] += len(self._net[table])
        return self._made

    def _rows(self, table: str) -> Iterator[Any]:
        for row in self._net[table].itertuples() if table in self._net else ():
            self._account.rows_read += 1
            self._account.taken += 1
            yield row

    def _switches(self) -> dict[tuple[str, int, int], str]:
        """Enter all switches; the node between a switch and the branch that it stands at, by branch and bus."""
        series: dict[tuple[str, int, int], str] = {}
        for row in self._rows("switch"):
            cls = _SWITCHES.get(str(row.type), LoadBreakSwitch)
            position = SwitchPosition.CLOSED if row.closed else SwitchPosition.OPEN
            if row.et == "b":
                other = f"bus:{row.element}"
            elif row.et in _ELEMENT_OF:
                table = _ELEMENT_OF[row.et]
                other = f"{table}:{row.element}@{row.bus}"
                series[table, int(row.element), int(row.bus)] = other
            else:
                self._reject(
                    row, "et", str(row.et), say("stands at something that is not known"), say("Use b, l, t or t3.")
                )
                continue
            self._put(cls, f"switch:{row.Index}", row, normal_position=position, at=[f"bus:{row.bus}", other])
        return series

    def _branch(self, table: str, row: Any, ends: list[str]) -> None:
        fields: dict[str, Any] = {"in_service": bool(row.in_service)}
        if table == "line":
            kind = {"ol": Construction.OVERHEAD, "cs": Construction.CABLE}.get(str(getattr(row, "type", "")))
            rating = float(row.max_i_ka) * 1000 * float(getattr(row, "parallel", 1) or 1)
            fields |= {"length_m": float(row.length_km) * 1000, "construction": kind}
            fields |= {"rated_current_a": rating if rating > 0 else None}
            self._put(ACLineSegment, f"line:{row.Index}", row, at=ends, **fields)
        else:
            power = float(getattr(row, "sn_mva", getattr(row, "sn_hv_mva", 0.0))) * 1000
            self._put(PowerTransformer, f"{table}:{row.Index}", row, at=ends, rated_kva=power or None, **fields)

    def _single(self, table: str, row: Any) -> None:
        kw = float(getattr(row, "p_mw", 0.0)) * 1000 * float(getattr(row, "scaling", 1.0) or 0.0)
        fields: dict[str, Any] = {"in_service": bool(row.in_service)}
        cls: type[Entity] = GeneratingUnit
        if table == "load":
            cls, fields = EnergyConsumer, {**fields, "kw": abs(kw)}
        elif table == "ext_grid":
            cls = EnergySource
        elif table == "shunt":
            cls = ShuntCompensator
        else:
            fields["kw"] = abs(kw)
        self._put(cls, f"{table}:{row.Index}", row, at=[f"bus:{row.bus}"], **fields)

    def _put(self, cls: type[Entity], id: str, row: Any, at: list[str], **fields: Any) -> None:
        name = getattr(row, "name", None)
        entity = cls(
            id=self._id(id), name=name if isinstance(name, str) else id, load=self._load, row=int(row.Index), **fields
        )
        self._made.entities.append(entity)
        for key, node in enumerate(at, 1):
            self._made.relationships.append(
                Relationship(
                    kind=RelationshipKind.CONNECTS,
                    source=entity.id,
                    target=self._node(node),
                    key=str(key),
                    load=self._load,
                    row=int(row.Index),
                )
            )

    def _node(self, id: str) -> str:
        name = self._id(id)
        if name not in self._nodes:
            self._nodes.add(name)
            self._made.entities.append(ConnectivityNode(id=name, name=id, load=self._load))
        return name

    def _reject(self, row: Any, column: str, value: str, reason: str, remedy: str) -> None:
        self._account.taken -= 1
        self._account.rejected += 1
        self._report.rejects.append(
            Reject(
                file=self._account.file, row=int(row.Index), column=column, value=value, reason=reason, remedy=remedy
            )
        )

    def _id(self, id: str) -> str:
        return f"{self._system}:{id}"
