"""Published circuits: as many buses are live as OpenDSS itself (OpenDSSDirect 0.9.4) gives a voltage."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from graph_api.readmodel.snapshot import Snapshot
from graph_api.readmodel.topology.topology import Topology
from loaders.opendss import OpenDssSource
from loaders.source import Reading
from schema.errors import LoadError
from tests.shared_data import shared_data


def unpacked(folder: Path, archive: str) -> Path:
    with zipfile.ZipFile(shared_data("opendss") / archive) as packed:
        packed.extractall(folder)
    return folder


@pytest.mark.parametrize(
    ("archive", "script", "live"),
    [
        ("ieee8500_opendss.zip", "8500-Node/Master.dss", 4876),
        ("ieee9500bal_dss.zip", "dss/ieee9500bal_base.dss", 5302),
        ("smartds_p1uhs23_1247.zip", "p1uhs23_1247/Master.dss", 476),
    ],
)
def test_as_many_buses_are_live(tmp_path: Path, archive: str, script: str, live: int) -> None:
    reading = Reading(first_load=1)
    source = OpenDssSource([unpacked(tmp_path, archive) / script], "s")
    batches = list(source.batches(reading))
    entities = [each for batch in batches for each in batch.entities]
    graph = Snapshot.of(entities, [each for batch in batches for each in batch.relationships], revision=1)
    topology = Topology.build(graph)
    buses = [each.id for each in entities if each.id.startswith("s:bus:") and "@" not in each.id]
    assert sum(topology.energised(graph.index(bus)) for bus in buses) == live
    assert reading.report.closed
    assert not reading.report.rejects


def test_one_that_leads_out_of_its_folder_is_refused(tmp_path: Path) -> None:
    script = unpacked(tmp_path, "ieee123_opendss.zip") / "123Bus" / "IEEE123Master.dss"
    with pytest.raises(LoadError, match="outside the folder of the first script"):
        list(OpenDssSource([script]).batches(Reading()))
