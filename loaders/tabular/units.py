"""Units that a head says and the schema has in another size: exact factors, in decimal arithmetic."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from loaders.tabular.numbers import FACTORS, figure
from loaders.tabular.values import Parser
from loaders.tabular.writing import UnclearError


def converted(parse: Parser | None, unit: str, into: str) -> Parser | None:
    """A parser of numbers in `unit` for a field in `into`; None where there is no exact factor."""
    factor = FACTORS.get((unit, into))
    if factor is None:
        return None

    def read(text: str) -> object:
        try:
            return format((Decimal(figure(text, unit).strip()) * Decimal(factor)).normalize(), "f")
        except (InvalidOperation, UnclearError):
            return text if parse is None else parse(text)

    return read
