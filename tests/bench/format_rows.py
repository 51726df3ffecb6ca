"""Rows about formats of others: a CIM set of profile files, and a GeoPackage, read to the last batch."""

from __future__ import annotations

import time
from pathlib import Path

from loaders.cim import CimSource
from loaders.source import Reading, Source
from loaders.tabular import TabularSource
from tests.bench.report import Row
from tests.loaders.cim_text import rdf
from tests.loaders.test_tabular_geopackage import geometry, layer, package, wkb

PIECES, FEATURES = 1_500, 100_000
CIM_S, GEOPACKAGE_S = 2, 20


def format_rows(folder: Path, pieces: int = PIECES, features: int = FEATURES) -> list[Row]:
    """Read one of each; targets are for the full sizes."""
    full = pieces >= PIECES and features >= FEATURES
    seconds, rows = _read(CimSource(_set(folder, pieces), "bench"))
    cim = Row(
        what="CIM: EQ and SSH files of one model read", size=f"{pieces:,} pieces", value=seconds, unit="s",
        target=CIM_S if full else None, note=f"{rows:,} elements",
    )  # fmt: skip
    seconds, rows = _read(TabularSource.open(_package(folder, features)))
    lines = Row(
        what="GeoPackage: a layer of lines read", size=f"{features:,} features", value=seconds, unit="s",
        target=GEOPACKAGE_S if full else None,
    )  # fmt: skip
    assert rows == features
    return [cim, lines]


def _read(source: Source) -> tuple[float, int]:
    """Seconds of a reading, and rows taken."""
    reading = Reading(first_load=1)
    begin = time.perf_counter()
    for _ in source.batches(reading):
        pass
    assert reading.report.closed
    assert not reading.report.rejects
    return time.perf_counter() - begin, reading.report.taken


def _set(folder: Path, pieces: int) -> list[Path]:
    """A source, and lines, breakers and loads in turn, one behind the other."""
    eq = ["BaseVoltage v nominalVoltage=10", "ConnectivityNode N0 name=N0", "EnergySource S name=S",
          "Terminal tS ConductingEquipment=#S ConnectivityNode=#N0"]  # fmt: skip
    ssh = []
    for place in range(1, pieces):
        kind = ("ACLineSegment", "Breaker", "EnergyConsumer")[place % 3]
        eq.append(f"ConnectivityNode N{place} name=N{place}")
        eq.append(f"{kind} E{place} name=E{place} BaseVoltage=#v" + (" length=0.3" if place % 3 == 0 else ""))
        eq.append(f"Terminal a{place} ConductingEquipment=#E{place} ConnectivityNode=#N{place - 1} sequenceNumber=1")
        eq.append(f"Terminal b{place} ConductingEquipment=#E{place} ConnectivityNode=#N{place} sequenceNumber=2")
        ssh += [f"Breaker E{place} open=false"] if place % 3 == 1 else []
        ssh += [f"EnergyConsumer E{place} p=0.4"] if place % 3 == 2 else []
    paths = []
    for name, drawing in (("EQ", eq), ("SSH", ssh)):
        path = folder / f"bench_{name}.xml"
        path.write_text(rdf("\n".join(drawing), identity="ID" if name == "EQ" else "about"), encoding="utf-8")
        paths.append(path)
    return paths


def _package(folder: Path, features: int) -> Path:
    rows = [
        (
            "INSERT INTO ACLineSegment (geom, id, length_m) VALUES (?, ?, ?)",
            (geometry(wkb(2, 113 + place * 1e-6, 23.0, 113.2, 23.1, count=2)), f"L{place}", place / 2),
        )
        for place in range(features)
    ]
    return package(folder / "bench.gpkg", layer("ACLineSegment", "id TEXT, length_m REAL"), *rows)
