"""Amounts have bounds: no sum of what was taken overflows an answer."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from schema.customer import EmergencySource, Load, ReceivingPoint
from schema.grid import EnergyConsumer, GeneratingUnit


@pytest.mark.parametrize(
    ("cls", "fields"),
    [
        (EnergyConsumer, {"customer_count": 1_000_001}),
        (EnergyConsumer, {"customer_count": -1}),
        (EnergyConsumer, {"kw": 1e308}),
        (GeneratingUnit, {"kw": -1e19}),
        (Load, {"kw": 1e19}),
        (EmergencySource, {"kw": 1e19}),
        (ReceivingPoint, {"load_kw": 1e308}),
        (Load, {"permitted_interruption_s": 1e12}),
        (EmergencySource, {"endurance_minutes": 1e12}),
    ],
)
def test_what_cannot_be_is_refused(cls: Any, fields: dict[str, float]) -> None:
    with pytest.raises(ValidationError):
        cls(id="X", **fields)


def test_what_is_large_and_can_be_is_taken() -> None:
    assert EnergyConsumer(id="X", customer_count=1_000_000, kw=1e12).customer_count == 1_000_000
