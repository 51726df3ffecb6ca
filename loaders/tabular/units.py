"""Units that a head says and the schema has in another size: exact factors, in decimal arithmetic."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from loaders.tabular.values import Parser

_FACTORS = {
    ("km", "m"): "1000", ("m", "km"): "0.001", ("V", "kV"): "0.001", ("kA", "A"): "1000", ("MW", "kW"): "1000",
    ("W", "kW"): "0.001", ("MVA", "kVA"): "1000", ("MWh", "kWh"): "1000", ("h", "min"): "60", ("d", "h"): "24",
    ("min", "s"): "60", ("h", "s"): "3600", ("d", "min"): "1440",
}  # fmt: skip


def converted(parse: Parser | None, unit: str, into: str) -> Parser | None:
    """A parser of numbers in `unit` for a field in `into`; None where there is no exact factor."""
    factor = _FACTORS.get((unit, into))
    if factor is None:
        return None

    def read(text: str) -> object:
        try:
            return format((Decimal(text.strip()) * Decimal(factor)).normalize(), "f")
        except InvalidOperation:
            return text if parse is None else parse(text)

    return read
