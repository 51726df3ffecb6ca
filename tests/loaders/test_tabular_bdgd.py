"""The BDGD mapping over real data: every customer record reaches one feeder head and one transformer."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from graph_api.readmodel.snapshot import Snapshot
from graph_api.readmodel.topology import Topology
from schema.errors import LoadError
from schema.registry import EntityKind
from schema.relationships import RelationshipKind
from schema.vocabulary import CustomerStatus
from tests.loaders.tables import Read, read, write

SHARED = Path(os.environ.get("BAODIAN_SHARED_DATA", Path(__file__).parents[3] / "shared" / "data"))
DATA = SHARED / "bdgd-mux"


@pytest.fixture(scope="module")
def found() -> Read:
    if not DATA.is_dir():
        pytest.skip(f"the BDGD extract is not there: {DATA}")
    return read(DATA, "bdgd")


def test_accounts_close_and_no_record_is_swallowed(found: Read) -> None:
    rows = {account.file: (account.rows_read, account.taken) for account in found.report.accounts}
    assert rows["ucbt.csv"] == (13_300, 13_300)
    assert rows["ucmt.csv"] == (40, 40)
    assert not found.report.rejects
    kinds = Counter(type(entity).__name__ for entity in found.entities.values())
    assert kinds["Customer"] == 13_340
    assert kinds["PowerTransformer"] == 273 + 3
    assert [kinds[name] for name in ("Fuse", "Disconnector", "Breaker", "Recloser")] == [92, 116, 2 + 2, 1]
    repeated = [entity for entity in found.entities.values() if entity.id.startswith("BDGD:UCBT:") and "~" in entity.id]
    assert len(repeated) == 3 * 337
    assert all(entity.source_key and entity.source_key in entity.id for entity in repeated)
    status = Counter(getattr(entity, "status", None) for entity in found.entities.values())
    assert status[CustomerStatus.ACTIVE] + status[CustomerStatus.INACTIVE] == 13_340


def test_every_customer_hangs_on_one_feeder_and_one_transformer(found: Read) -> None:
    graph = Snapshot.of(list(found.entities.values()), found.relationships)
    topology = Topology.build(graph)
    feeders: Counter[tuple[str, ...]] = Counter()
    transformers: dict[int, int] = {}
    for entity in found.entities.values():
        if not entity.id.endswith(":SUPPLY"):
            continue
        index = graph.index(entity.id)
        level = entity.id.split(":")[1]
        feeders[(level, *(graph.name(feeder) for feeder in topology.feeders(index)))] += 1
        (node,) = graph.targets(index, RelationshipKind.CONNECTS)
        if node not in transformers:
            path = [graph.id(step) for step in topology.path_up(index)]
            transformers[node] = sum(step.startswith("BDGD:UNTRMT:") for step in path)
        assert transformers[node] == (1 if level == "UCBT" else 0)
    assert feeders == {
        ("UCBT", "TJB15"): 7_870,
        ("UCBT", "TJB16"): 5_430,
        ("UCMT", "TJB15"): 22,
        ("UCMT", "TJB16"): 18,
    }


OTHER = {
    "CTMT_9_ABC_1.csv": "COD_ID,NOME,PAC_INI,TEN_NOM,DIST\nF1,FEEDER 1,P1,49,1\nF2,FEEDER 2,P9,62,1\n",
    "ABC_SSDMT_2022.csv": "COD_ID,PAC_1,PAC_2,COMP\n1,P1,M1,12\n",
    "UCMT_tab_9_ABC_1.csv": "PN_CON,PAC,SIT_ATIV,TEN_FORN,COD_ID\n1,M1,AT,49,a1\n1,P9,DS,72,a2\n",
    "ARAT_9_ABC_1.csv": "COD_ID,NOME\n1,AREA\n",
}


def test_the_files_of_any_distributor(tmp_path: Path) -> None:
    found = read(write(tmp_path, OTHER), "bdgd")
    assert not found.report.rejects
    taken = {account.file: (account.taken, account.not_read) for account in found.report.accounts}
    assert taken["ARAT_9_ABC_1.csv"] == (0, "it is no table of the mapping bdgd")
    assert [taken[name][0] for name in list(OTHER)[:3]] == [2, 1, 2]
    assert [getattr(found.entities[f"BDGD:CTMT:{each}"], "nominal_kv", 0) for each in ("F1", "F2")] == [13.8, None]
    assert {"BDGD:SSDMT:1 CONNECTS1 BDGD:PAC:P1", "BDGD:UCMT:a1:SUPPLY CONNECTS1 BDGD:PAC:M1"} < found.links
    assert found.source.covers() == {EntityKind.FEEDER, EntityKind.ENERGY_SOURCE}, "other tables make the rest, too"


def test_no_table_of_the_mapping_at_all(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="No table of the mapping bdgd"):
        read(write(tmp_path, {"a.csv": "id\n1\n"}), "bdgd")
