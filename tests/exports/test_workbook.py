"""The graph as a workbook: loaded into an empty store it is the same, and what it cannot hold is told."""

from __future__ import annotations

import asyncio
import dataclasses
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from graph_api.exports import workbook
from graph_api.stores import open_store
from graph_api.stores.digest import ContentDigest
from loaders.drawing import batch
from schema.codec import decode, encode
from schema.customer import Customer
from schema.grid import Area
from schema.people import Contact, Person, Shift
from schema.provenance import IdentifierMapping
from schema.registry import EntityKind
from schema.relationships import Relationship, RelationshipKind
from schema.vocabulary import ContactType
from tests.cli.conftest import Shell, shell
from tests.loaders.tables import write

__all__ = ["shell"]

CITY = """
    F1 = CB1
    G1 - B1 - CB1 - L1 - S1>C1
    B1 - CB2/ - S2>C2
"""


def filled(shell: Shell) -> Shell:
    made = batch(
        CITY, L1={"length_m": 0.1 + 0.2, "aliases": ("一", "二;三")}, C1={"name": "=SUM(1)", "source_key": "007"}
    )
    made.entities += [
        Customer(id="C9", name="#甲", note="两行\n第二行", aliases=("[甲]",)),
        Person(id="P1", name="孙丽"),
        Contact(id="K1", contact_type=ContactType.MOBILE, value="+8613912345678", verified_on=date(2026, 3, 5)),
        Shift(id="D1", start=datetime(2026, 3, 5, 8, tzinfo=UTC), end=datetime(2026, 3, 6, 0, 0, 1, tzinfo=UTC)),
        IdentifierMapping(id="M1", system="PMS", key="00012345678901234567"),
    ]
    made.relationships += [
        Relationship(kind=RelationshipKind.HAS_CONTACT, source="P1", target="K1"),
        Relationship(kind=RelationshipKind.WORKED_BY, source="D1", target="P1"),
        Relationship(kind=RelationshipKind.IDENTIFIES, source="M1", target="C1"),
    ]
    shell.fill(made)
    return shell


def digest(store: str) -> str:
    """Digest of what is in a store, but for the loads and rows that it came from."""

    async def look() -> str:
        opened, found = open_store(store), ContentDigest()
        try:
            async for chunk in opened.load():
                if not isinstance(chunk, int):
                    things = (each for each in chunk.entities if each.kind is not EntityKind.SOURCE_LOAD)
                    found.add_entities(each._replace(body=bare(each.kind, each.body)) for each in things)
                    found.add_relationships(link.identity for link in chunk.relationships)
        finally:
            await opened.close()
        return found.hexdigest()

    return asyncio.run(look())


def bare(kind: EntityKind, body: bytes) -> bytes:
    return encode(dataclasses.replace(decode(kind, body), load=0, row=0, overrides=()))


def test_loaded_into_an_empty_store_it_is_the_same(shell: Shell, tmp_path: Path) -> None:
    out = tmp_path / "all.xlsx"
    told = filled(shell)("export", "workbook", str(out))
    assert "the same things and relationships" in told.stderr
    assert "earlier positions" not in told.stderr
    other = f"sqlite:///{tmp_path}/other.db"
    shell("load", str(out), "--store", other)
    assert digest(other) == digest(shell.store)
    shell("export", "workbook", str(out), code=2)
    assert shell.json("export", "workbook", str(out), "--force", "--kind", "Person")["sheets"] == {"Person": 1}
    shell("export", "workbook", str(tmp_path / "all.csv"), code=2)


def test_what_comes_back_otherwise_is_named(shell: Shell, tmp_path: Path) -> None:
    made = batch("G1 - EC1")
    made.entities += [Customer(id="C1", name="a\x07b"), Customer(id="C2", name="#N/A")]
    made.relationships.append(Relationship(kind=RelationshipKind.CONTAINED_IN, source="C1", target="A1"))
    made.entities.append(Area(id="A1", name=""))
    shell.fill(made)
    out = tmp_path / "all.xlsx"
    told = shell.json("export", "workbook", str(out))["differs"]
    assert told["entities"] == ["C1", "C2"]
    assert told["fields"]["Customer.name"] == 1
    assert "Customer.name" in shell("export", "workbook", str(out), "--force").stderr
    assert "Read back" not in shell("export", "workbook", str(out), "--force", "--no-check").stderr


def test_earlier_positions_are_not_in_it(shell: Shell, tmp_path: Path) -> None:
    shell.fill(batch("G1 - CB1 - EC1"))
    shell("load", str(write(tmp_path / "in", {"Breaker.csv": "id,position\nCB1,OPEN\n"})))
    assert "earlier positions" in shell("export", "workbook", str(tmp_path / "all.xlsx")).stderr


def test_a_sheet_has_no_more_rows_than_excel(shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_ROWS", 1)
    told = filled(shell)("export", "workbook", str(tmp_path / "all.xlsx"), code=2)
    assert "--kind" in told.stderr
    assert not (tmp_path / "all.xlsx").exists()


def test_of_nothing_it_is_a_workbook_without_tables(shell: Shell, tmp_path: Path) -> None:
    shell.fill(batch("G1 - EC1"))
    told = shell.json("export", "workbook", str(tmp_path / "none.xlsx"), "--kind", "Person")
    assert (told["sheets"], told["relationships"], told["differs"]["entities"]) == ({}, 0, [])
