"""The two stores that are asked, made by the old tree, and their data as plain rows to ask about."""

from __future__ import annotations

import csv
import hashlib
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.compare.tree import Tree

DAY = "2025-11-24"
"""A Monday: day of the demo city."""
NOW = f"{DAY}T06:30:00+00:00"
"""What both trees take for now: 14:30 in the city."""
CORNER = Path(__file__).with_name("corner")
"""A network drawn to be odd: unknown positions, closed rings, dead islands, accounts with several points, no plan."""

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Data:
    """A store's file, and what was loaded into it, by kind as the tables are named."""

    name: str
    file: Path
    rows: Mapping[str, list[Row]]

    def of(self, kind: str) -> list[Row]:
        """Rows of a kind, in order of id."""
        return self.rows.get(kind, [])

    def ids(self, kind: str, most: int | None = None) -> list[str]:
        """Ids of a kind; at most so many, evenly spread over all."""
        return [row["id"] for row in spread(self.of(kind), most)]

    def first(self, kind: str, place: int = 0) -> str:
        """The id at a place of a kind; the last one where there are fewer."""
        rows = self.of(kind)
        return rows[min(place, len(rows) - 1)]["id"]

    def copied(self, into: Path) -> Path:
        """A copy of the file, byte for byte."""
        shutil.copyfile(self.file, into)
        if digest(into) != digest(self.file):
            raise OSError(f"{into} is not what was copied")
        return into


def spread(rows: list[Row], most: int | None) -> list[Row]:
    """At most so many rows, evenly spread, the first among them."""
    if most is None or len(rows) <= most:
        return rows
    return [rows[place * len(rows) // most] for place in range(most)]


def digest(file: Path) -> str:
    """SHA-256 of a file."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def read_tables(folders: Iterable[Path]) -> dict[str, list[Row]]:
    """Tables of the plain format, by their names; rows in order of id."""
    tables: dict[str, list[Row]] = {}
    for file in sorted(path for folder in folders for path in folder.glob("*.csv")):
        with file.open(encoding="utf-8-sig", newline="") as opened:
            tables[file.stem] = sorted(csv.DictReader(opened), key=lambda row: row["id"])
    return tables


def make_city(old: Tree, folder: Path) -> Data:
    """The demo city of DAY."""
    files, store = folder / "city", folder / "city.db"
    old.run("-m", "graph_api.cli", "demo", "generate", files, "--day", DAY, "--json")
    _load(old, files, store, "demo")
    return Data("city", store, read_tables([files]))


def make_corner(old: Tree, folder: Path) -> Data:
    """The odd network: two systems, loaded one after the other."""
    store, parts = folder / "corner.db", [CORNER / "grid", CORNER / "accounts"]
    for part in parts:
        _load(old, part, store, part.name)
    return Data("corner", store, read_tables(parts))


def _load(old: Tree, files: Path, store: Path, system: str) -> None:
    old.run("-m", "graph_api.cli", "load", files, "--store", f"sqlite:///{store}", "--system", system, "--json")
