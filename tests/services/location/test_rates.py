"""The file of rates: data that a utility edits."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph_api.errors import InvalidInput
from graph_api.rate_files import DEFAULT, load_rates
from schema.customer import SupplySource
from schema.grid import ACLineSegment, Breaker, BusbarSection, EnergySource, LoadBreakSwitch, PowerTransformer
from schema.vocabulary import Construction, Ownership


@pytest.mark.parametrize(
    ("entity", "a_year"),
    [
        (ACLineSegment(id="x", length_m=2000), 0.13),
        (ACLineSegment(id="x", length_m=2000, construction=Construction.CABLE), 0.08),
        (ACLineSegment(id="x"), 0.0065),
        (ACLineSegment(id="x", length_m=0), 0.000065),
        (PowerTransformer(id="x"), 0.015),
        (BusbarSection(id="x"), 0.001),
        (Breaker(id="x"), 0.006),
        (LoadBreakSwitch(id="x"), 0.002),
        (SupplySource(id="x", ownership=Ownership.CUSTOMER), 0.005),
        (EnergySource(id="x"), 0.002),
    ],
)
def test_failures_a_year(entity, a_year):
    assert load_rates().failures_per_year(entity) == pytest.approx(a_year)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("when_true: 0.98", "when_true: 1.5", "evidence.TRIP.when_true"),
        ("  CALL:  ", "  SHOUT: ", "evidence"),
        ("no_fault:     {value: 0.05", "no_fault:     {worth: 0.05", "no_fault"),
        ("evidence:", "evidence: [", "not YAML"),
    ],
)
def test_a_file_that_cannot_be_used_says_where(tmp_path: Path, old: str, new: str, message: str):
    text = DEFAULT.read_text(encoding="utf-8")
    assert old in text
    broken = tmp_path / "rates.yaml"
    broken.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InvalidInput, match=message):
        load_rates(broken)


def test_a_kind_of_report_without_rates_is_said(tmp_path: Path):
    lines = [line for line in DEFAULT.read_text(encoding="utf-8").splitlines() if not line.startswith("  CALL:")]
    short = tmp_path / "rates.yaml"
    short.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(InvalidInput, match="say nothing of evidence CALL"):
        load_rates(short)
    with pytest.raises(InvalidInput, match="cannot be read"):
        load_rates(tmp_path / "nowhere.yaml")


def test_every_figure_has_its_source():
    rates = load_rates()
    assert all(each.source for each in rates.evidence.values())
    assert all(getattr(rates.failures, name).source for name in type(rates.failures).model_fields)
