"""Units of a CIM model: never told by one number, but by profile, all figures together, or the user."""

from __future__ import annotations

from pathlib import Path

import pytest

from loaders.cim import CimSource
from loaders.source import Reading
from schema.errors import LoadError
from tests.cli.conftest import Shell
from tests.loaders.cim_text import rdf

V_W_M, KV_MW_KM = (1e-3, 1e-3, 1.0), (1.0, 1e3, 1e3)
PROFILE = "FullModel m Model.profile=http://iec.ch/TC57/ns/CIM/CoreEquipment-EU/3.0\n"


def model(voltage: str = "", load: str = "", length: str = "", rating: str = "", low: str = "") -> str:
    lines = [
        f"BaseVoltage v nominalVoltage={voltage}" if voltage else "",
        f"BaseVoltage w nominalVoltage={low}" if low else "",
        f"EnergyConsumer c BaseVoltage=#v p={load}" if load else "",
        f"ACLineSegment l BaseVoltage=#v length={length}" if length else "",
        f"PowerTransformer t\nPowerTransformerEnd e PowerTransformer=#t ratedS={rating}" if rating else "",
        "Fuse f BaseVoltage=#v",
    ]
    return "\n".join(lines)


def read(folder: Path, drawing: str, units: str = "") -> dict[str, float | None]:
    path = folder / "model.xml"
    path.write_text(rdf(drawing), encoding="utf-8")
    entities = {each.id: each for batch in CimSource([path], "", units).batches(Reading()) for each in batch.entities}
    return {
        "kv": entities["f"].nominal_kv,
        "kw": entities["c"].kw if "c" in entities else None,
        "m": entities["l"].length_m if "l" in entities else None,
        "kva": entities["t"].rated_kva if "t" in entities else None,
    }


@pytest.mark.parametrize(
    ("figures", "units"),
    [
        ({"voltage": "400", "load": "15000", "length": "120"}, V_W_M),
        ({"voltage": "400", "load": "15000"}, V_W_M),
        ({"voltage": "230", "load": "4000"}, V_W_M),
        ({"voltage": "10000", "load": "500000"}, V_W_M),
        ({"voltage": "10000"}, V_W_M),
        ({"voltage": "10", "load": "0.5"}, KV_MW_KM),
        ({"voltage": "0.4", "load": "0.015", "length": "0.12"}, KV_MW_KM),
        ({"voltage": "110", "load": "20"}, KV_MW_KM),
        ({"voltage": "110"}, KV_MW_KM),
        ({"voltage": "10", "load": "100", "length": "30"}, KV_MW_KM),
        ({"voltage": "110", "load": "900", "length": "350"}, KV_MW_KM),
        ({"voltage": "400", "load": "0.3"}, KV_MW_KM),
        ({"voltage": "400", "rating": "250"}, KV_MW_KM),
        ({"voltage": "400", "rating": "40000000"}, V_W_M),
        ({"voltage": "400", "low": "10000"}, V_W_M),
        ({"voltage": "400", "low": "35"}, KV_MW_KM),
    ],
)
def test_all_figures_together_tell(tmp_path: Path, figures: dict[str, str], units: tuple[float, float, float]):
    voltage, power, length = units
    found = read(tmp_path, model(**figures))
    expected = {"kv": ("voltage", voltage), "kw": ("load", power), "m": ("length", length), "kva": ("rating", power)}
    for name, (figure, factor) in expected.items():
        wanted = pytest.approx(float(figures[figure]) * factor) if figure in figures else None
        assert found[name] == wanted, name


@pytest.mark.parametrize(
    ("figures", "words"),
    [
        ({"voltage": "400"}, "both volts and kilovolts"),
        ({"voltage": "220", "load": "30", "length": "12"}, "both volts and kilovolts"),
        ({"load": "500"}, "both volts and kilovolts"),
        ({"voltage": "10", "load": "500000000"}, "neither"),
        ({"voltage": "10", "load": "500"}, "neither"),
        ({"voltage": "10", "load": "0.4", "length": "350"}, "neither"),
        ({"voltage": "10", "load": "500", "length": "1200"}, "neither"),
    ],
)
def test_what_may_be_either_is_refused_with_what_to_say(tmp_path: Path, figures: dict[str, str], words: str):
    with pytest.raises(LoadError) as caught:
        read(tmp_path, model(**figures))
    assert words in caught.value.message
    assert "--units V,W,m" in caught.value.message


def test_what_the_user_says_counts(tmp_path: Path):
    assert read(tmp_path, model("400", "30", "12"), "V,W,m") == {"kv": 0.4, "kw": 0.03, "m": 12, "kva": None}
    assert read(tmp_path, model("400", "30", "12"), "km, kV, MW") == {"kv": 400, "kw": 30_000, "m": 12_000, "kva": None}
    assert read(tmp_path, model("10", "500", "120"), "kV,kW,m") == {"kv": 10, "kw": 500, "m": 120, "kva": None}


@pytest.mark.parametrize("units", ["V", "V,kV,W", "volt,watt,metre", "V,W,m,km", "si"])
def test_units_that_are_none(tmp_path: Path, units: str):
    with pytest.raises(LoadError, match="name voltage, power and length"):
        read(tmp_path, model("400"), units)


def test_a_profile_tells_and_is_checked(tmp_path: Path):
    assert read(tmp_path, PROFILE + model("400", "30"))["kw"] == 30_000
    with pytest.raises(LoadError, match="figures are not in them"):
        read(tmp_path, PROFILE + model("10000", "500000"))
    assert read(tmp_path, PROFILE + model("10", "2000"))["kw"] == 2_000_000, "odd, but not in V, W, m either"


@pytest.mark.parametrize(
    ("more", "kv"),
    [
        ("SynchronousMachine g ratedS=300 ratedU=20", 220),
        ("SynchronousMachine g ratedS=300000000 ratedU=20000", 0.22),
        ("EnergySource s nominalVoltage=230", None),
        ("EnergySource s nominalVoltage=11000", 0.22),
    ],
)
def test_machines_and_sources_tell_too(tmp_path: Path, more: str, kv: float | None):
    if kv is not None:
        assert read(tmp_path, model("220") + "\n" + more)["kv"] == kv
        return
    with pytest.raises(LoadError, match="both"):
        read(tmp_path, model("220") + "\n" + more)


def test_one_typing_error_tells_nothing(tmp_path: Path):
    loads = "\n".join(f"EnergyConsumer c{n} BaseVoltage=#v p=0.5" for n in range(40))
    assert read(tmp_path, model("10", "90000") + "\n" + loads)["kw"] == 90_000_000


def test_units_are_for_cim(tmp_path: Path):
    shell = Shell(tmp_path)
    path = tmp_path / "model.xml"
    path.write_text(rdf(model("400")), encoding="utf-8")
    assert "--units" in shell("load", str(path), code=2).stderr
    assert shell.json("load", str(path), "--units", "V,W,m")["revision"] == 1
    (tmp_path / "Site.csv").write_text("id\nS1\n")
    assert "--units is for CIM models" in shell("load", str(tmp_path / "Site.csv"), "--units", "V,W,m", code=2).stderr
