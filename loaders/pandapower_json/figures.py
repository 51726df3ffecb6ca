"""Figures of pandapower's rows in our units and signs: kV, kW, kVA, A, m; a load is positive, a generator too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from loaders.pandapower_json.kinds import LOADS, SHUNTS
from loaders.pandapower_json.ledger import Ledger
from loaders.pandapower_json.tables import Row
from loaders.report import FEEDS_IN, FEEDS_IN_REMEDY
from schema.distances import Place
from schema.grid import (
    ACLineSegment,
    ConductingEquipment,
    EnergyConsumer,
    EnergySource,
    GeneratingUnit,
    PowerTransformer,
    ShuntCompensator,
)
from schema.vocabulary import Construction, GenerationType
from schema.words import say

Fields = dict[str, Any]
Kind = type[ConductingEquipment]
_CONSTRUCTION = {"ol": Construction.OVERHEAD, "cs": Construction.CABLE}
_POWERS: dict[str, tuple[str, ...]] = {
    "asymmetric_load": ("p_a_mw", "p_b_mw", "p_c_mw"),
    "asymmetric_sgen": ("p_a_mw", "p_b_mw", "p_c_mw"),
    "ward": ("ps_mw", "pz_mw"),
    "xward": ("ps_mw", "pz_mw"),
    "motor": ("pn_mech_mw",),
}
"""Columns of active power, MW, whose sum is a row's; p_mw for all other tables."""
_NO_PLACES = {
    "range": say("The coordinates of the buses are no longitudes and latitudes, so places are kept out."),
    "grid": say("The coordinates of the buses are whole and half steps, as in a drawing, so they are kept out."),
    "length": say("The coordinates of the buses do not fit the lengths of the lines, as in a drawing: kept out."),
    "few": say("No line shows by its length whether the coordinates are places or a drawing, so they are kept out."),
}


class Figures:
    """Class and fields of a row's entity; what is missing or cannot be is told to the ledger."""

    def __init__(self, ledger: Ledger, buses: Mapping[int, Row], places: Mapping[int, Place], why_none: str) -> None:
        self._ledger, self._buses, self._places = ledger, buses, places
        self._sources = 0
        if why_none:
            ledger.remark(_NO_PLACES[why_none], say("Give longitudes and latitudes in bus.geo for a map."))

    def in_service(self, row: Row) -> bool:
        """Whether a row is in service; not said means yes, as in pandapower."""
        value = row.cells.get("in_service", True)
        if value is None:
            self._ledger.find(
                row, "in_service", say("not said whether it is in service; taken as so"), say("Write true or false.")
            )
        return value is None or bool(value)

    def at(self, bus: int | None) -> Fields:
        """Voltage and place of what stands at a bus."""
        row = self._buses.get(bus) if bus is not None else None
        kv = None if row is None else row.number("vn_kv")
        fields: Fields = {"nominal_kv": kv if kv and kv > 0 else None}
        if bus is not None and bus in self._places:
            fields["longitude"], fields["latitude"] = self._places[bus]
        return fields

    def check_voltage(self, row: Row) -> None:
        """Tell of a bus without voltage: what stands at it has none either."""
        if not row.number("vn_kv"):
            reason = say("no voltage: what stands at it has none either")
            self._ledger.find(row, "vn_kv", reason, say("Write the voltage in kV."))

    def branch(self, row: Row, buses: Sequence[int]) -> tuple[Kind, Fields]:
        """A line, something that conducts like one, or a transformer."""
        fields: Fields = {"in_service": self.in_service(row), **self.at(buses[0])}
        if row.table in ("trafo", "trafo3w"):
            return PowerTransformer, fields | self._transformer(row)
        if buses[-1] in self._places:
            fields["end_longitude"], fields["end_latitude"] = self._places[buses[-1]]
        if row.table == "line":
            return ACLineSegment, fields | self._line(row)
        return ACLineSegment, fields | {"note": f"pandapower {row.table}"}

    def _line(self, row: Row) -> Fields:
        rating = self._positive(row, "max_i_ka", 1000.0 * self._parallel(row))
        return {
            "length_m": self._positive(row, "length_km", 1000.0),
            "construction": _CONSTRUCTION.get(row.text("type")),
            "rated_current_a": rating or None,
        }

    def _transformer(self, row: Row) -> Fields:
        three = row.table == "trafo3w"
        fields: Fields = {
            "rated_kva": self._positive(row, "sn_hv_mva" if three else "sn_mva", 1000.0 * self._parallel(row)) or None,
            "secondary_kv": self._positive(row, "vn_lv_kv", 1.0),
        }
        kv = self._positive(row, "vn_hv_kv", 1.0)
        return fields if kv is None else fields | {"nominal_kv": kv}

    @staticmethod
    def _parallel(row: Row) -> float:
        """How many stand side by side as one row."""
        return max(row.number("parallel", 1.0) or 1.0, 1.0)

    def _positive(self, row: Row, column: str, factor: float) -> float | None:
        value = row.number(column)
        if value is None or value < 0:
            if column in row.cells and row.cells[column] is not None:
                reason = say("not a number, or negative; the field was left empty")
                self._ledger.find(row, column, reason, say("Write the true value, at least 0."))
            return None
        return float(f"{value * factor:.12g}")

    def single(self, row: Row, bus: int) -> tuple[Kind | None, Fields]:
        """What stands at one bus; None for a row that was rejected or is no equipment of the grid."""
        in_service = self.in_service(row)
        fields: Fields = {"in_service": in_service, **self.at(bus)}
        if row.table == "vsc" and row.text("control_mode_ac") != "slack":
            fields["note"] = "pandapower vsc"
            return GeneratingUnit, fields
        if row.table in ("ext_grid", "vsc") or (row.table == "gen" and row.cells.get("slack")):
            self._sources += in_service
            return EnergySource, fields
        if row.table in SHUNTS:
            return ShuntCompensator, fields
        kw = self._power(row)
        if kw is None:
            return None, {}
        if row.table in LOADS:
            if kw < 0:
                self._ledger.find(row, _POWERS.get(row.table, ("p_mw",))[0], FEEDS_IN, FEEDS_IN_REMEDY)
            return EnergyConsumer, fields | {"kw": kw}
        return self._generator(row, kw, fields)

    def _generator(self, row: Row, kw: float, fields: Fields) -> tuple[Kind, Fields]:
        if row.table == "storage":
            return GeneratingUnit, fields | {"kw": abs(kw), "generation_type": GenerationType.BATTERY}
        if kw < 0:
            self._ledger.find(
                row,
                "p_mw",
                say("generation below zero takes power; taken as a load of that size"),
                FEEDS_IN_REMEDY,
            )
            return EnergyConsumer, fields | {"kw": -kw}
        return GeneratingUnit, fields | {"kw": kw}

    def _power(self, row: Row) -> float | None:
        """Active power in kW with its scaling; None, and the row is rejected, if a figure is missing."""
        total = 0.0
        columns = _POWERS.get(row.table, ("p_mw",))
        for column in (*columns, "scaling"):
            value = row.number(column, 1.0 if column == "scaling" else 0.0)
            if value is None:
                reason = say("the power is not a number")
                self._ledger.reject(row, column, reason, say("Write the power in MW, 0 if there is none."))
                return None
            total = total * value if column == "scaling" else total + value
        if row.table == "motor":
            efficiency = row.number("efficiency_percent", 100.0) or 100.0
            loading = row.number("loading_percent", 100.0)
            total *= (100.0 if loading is None else loading) / efficiency
        return float(f"{total * 1000:.12g}")

    def remark_sources(self) -> None:
        """Say that nothing can be live without a source."""
        if not self._sources:
            self._ledger.remark(
                say("The network has no external grid in service: nothing in it can be live."),
                say("Add the feeding grid (ext_grid), or a generator with slack."),
            )
