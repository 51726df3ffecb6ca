"""Figures of OpenDSS elements in the units of the graph; empty where the script does not tell them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from loaders.opendss.circuit import Element
from loaders.opendss.script import parts

Fields = dict[str, Any]
_METRES = {
    "mi": 1609.344, "kft": 304.8, "km": 1000.0, "m": 1.0, "me": 1.0, "ft": 0.3048, "in": 0.0254,
    "cm": 0.01, "mm": 0.001,
}  # fmt: skip
_PHASES = {"1": "A", "2": "B", "3": "C"}


class Figures:
    """Works figures out; line codes and transformer codes are looked up by name."""

    def __init__(self, elements: Mapping[str, Element]) -> None:
        self._elements = elements

    def line(self, element: Element) -> Fields:
        """Length in m where it has a unit, of its own or of its line code; rating; phases that its nodes name."""
        code = self._elements.get(f"linecode.{element.values.get('linecode', '').casefold()}")
        other = {} if code is None else code.values
        unit = element.values.get("units") or other.get("units") or "none"
        length, factor = number(element.values.get("length")), _METRES.get(unit.casefold())
        nodes = element.values.get("bus1", "").split(".")[1:]
        phases = "".join(sorted(_PHASES[node] for node in set(nodes) if node in _PHASES))
        return {
            "length_m": None if length is None or factor is None or length < 0 else length * factor,
            "rated_current_a": positive(element.values.get("normamps") or other.get("normamps")),
            "phases": phases or None,
        }

    def transformer(self, element: Element) -> Fields:
        """Highest and lowest voltage and rating of its windings."""
        voltages = [kv for each in element.windings.values() if (kv := positive(each.get("kv")))]
        ratings = [kva for each in element.windings.values() if (kva := positive(each.get("kva")))]
        fields: Fields = {"rated_kva": max(ratings, default=None)}
        return fields | ({"nominal_kv": max(voltages), "secondary_kv": min(voltages)} if voltages else {})

    def load(self, element: Element) -> Fields:
        """Active power in kW: kW, else of kVA or of the rated transformer with its factor; customers."""
        values = element.values
        kw, kva = number(values.get("kw")), number(values.get("kva"))
        factor = abs(number(values.get("pf")) or 0.88)
        if kw is None and kva is not None:
            kw = kva * factor
        if kw is None and (rating := number(values.get("xfkva"))) is not None:
            share = number(values.get("allocationfactor"))
            kw = rating * (0.5 if share is None else share) * factor
        count = number(values.get("numcust"))
        return {"kw": kw, "customer_count": None if count is None or count < 0 else int(count)} | _kv(element, "kv")

    def unit(self, element: Element) -> Fields:
        """Rated power in kW of a generator, a storage or a photovoltaic plant."""
        names = ("kwrated", "pmpp", "kw", "kva")
        return {"kw": next((kw for name in names if (kw := positive(element.values.get(name)))), None)} | _kv(
            element, "kv"
        )

    def source(self, element: Element) -> Fields:
        """Its voltage."""
        return _kv(element, "basekv")

    def shunt(self, element: Element) -> Fields:
        """Its voltage."""
        return _kv(element, "kv")


FigureOf = Callable[[Figures, Element], Fields]


def number(text: str | None) -> float | None:
    """A number; None for none, and for an expression."""
    found = parts(text or "")
    try:
        value = float(found[0]) if len(found) == 1 else math.nan
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def positive(text: str | None) -> float | None:
    """A number above zero."""
    value = number(text)
    return value if value is not None and value > 0 else None


def _kv(element: Element, name: str) -> Fields:
    return {"nominal_kv": positive(element.values.get(name))}
