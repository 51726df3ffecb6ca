"""Every format that is read has a page in docs that names it and shows how to load one."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph_api.cli.data.files import Format
from graph_api.cli.data.sources import CIM_SUFFIXES
from loaders.tabular.packs import PACKS
from loaders.tabular.reader import TABLES

DOCS = Path(__file__).parents[2] / "docs"
PAGES = {
    "mapping.md": {".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".et", ".ods", ".gz", ".zip"},
    "geojson.md": {".geojson", ".gpkg"},
    "shapefile.md": {".shp"},
    "vcard.md": {".vcf"},
    "icalendar.md": {".ics"},
    "cim.md": {".xml", ".rdf", ".zip"},
}
"""Suffixes by the page that tells how they are read."""
FORMATS = {Format.CIM: "cim.md", Format.PANDAPOWER: "pandapower.md", Format.OPENDSS: "opendss.md",
           Format.POWER_GRID_MODEL: "power-grid-model.md", Format.TABULAR: "mapping.md"}  # fmt: skip


def test_every_suffix_has_its_page() -> None:
    assert set().union(*PAGES.values()) >= TABLES | PACKS | CIM_SUFFIXES


def test_every_format_has_its_page() -> None:
    assert set(FORMATS) == set(Format) - {Format.AUTO}


@pytest.mark.parametrize("page", PAGES)
def test_the_page_names_its_suffixes(page: str) -> None:
    text = (DOCS / page).read_text(encoding="utf-8")
    assert not [suffix for suffix in PAGES[page] if suffix not in text]


@pytest.mark.parametrize("page", sorted({*PAGES, *FORMATS.values()}))
def test_the_page_shows_how_to_load_one(page: str) -> None:
    assert "baodian load " in (DOCS / page).read_text(encoding="utf-8")
