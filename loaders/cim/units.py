"""Numbers with their units, and yes/no."""

from __future__ import annotations

import math
from dataclasses import dataclass

from loaders.cim.model import Model
from loaders.cim.parse import CimObject
from schema.words import say


@dataclass(frozen=True, slots=True)
class Units:
    """Factors from a file's units to ours: voltage to kV, power to kW and kVA, length to m."""

    name: str
    voltage: float
    power: float
    length: float


SI = Units("V, W, m", 1e-3, 1e-3, 1.0)
CGMES = Units("kV, MW, km", 1.0, 1e3, 1e3)


def number(model: Model, item: CimObject, name: str, factor: float = 1.0, *, signed: bool = False) -> float | None:
    """A property as a number in our unit; None, with a finding, if it is none or, unless `signed`, negative."""
    text = item.values.get(name)
    if text is None:
        return None
    value = plain(text)
    if value is None:
        model.find(item, name, text, say("not a number; the field was left empty"), say("Write a number, as 12.5."))
    elif value < 0 and not signed:
        model.find(
            item, name, text, say("negative; the field was left empty"), say("Write the true value, at least 0.")
        )
    else:
        return float(f"{value * factor:.12g}")
    return None


def boolean(model: Model, item: CimObject, name: str) -> bool | None:
    """A property as yes or no; None if it is not there or, with a finding, if it is neither."""
    text = item.values.get(name)
    if text is None:
        return None
    known = {"true": True, "1": True, "false": False, "0": False}.get(text.lower())
    if known is None:
        model.find(item, name, text, say("neither true nor false; taken as not said"), say("Write true or false."))
    return known


def plain(text: str) -> float | None:
    """A finite number, or None."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None
