"""Tables drawn as text: `write(folder, {"Customer.csv": "id,name ..."})`, and what a reading of them yields."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent

from loaders.report import LoadReport
from loaders.source import Reading
from loaders.tabular import TabularSource
from loaders.tabular.writing import UNSAID, Writing
from schema.entity import Entity
from schema.relationships import Relationship


@dataclass
class Read:
    source: TabularSource
    report: LoadReport
    entities: dict[str, Entity] = field(default_factory=dict)
    relationships: list[Relationship] = field(default_factory=list)
    kept: set[str] = field(default_factory=set)

    @property
    def links(self) -> set[str]:
        return {f"{link.source} {link.kind.value}{link.key} {link.target}" for link in self.relationships}

    @property
    def rejected(self) -> list[tuple[int, str, str]]:
        return [(reject.row, reject.column, reject.value) for reject in self.report.rejects]


def write(folder: Path, files: dict[str, str | bytes]) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        content = dedent(text).lstrip("\n").encode() if isinstance(text, str) else text
        (folder / name).write_bytes(content)
    return folder


def read(
    files: Path | list[Path], mapping: str = "plain", reading: Reading | None = None, writing: Writing = UNSAID
) -> Read:
    source = TabularSource.open(files, mapping, writing=writing)
    reading = reading or Reading()
    found = Read(source, reading.report, kept=reading.kept)
    for batch in source.batches(reading):
        assert not batch.delete_entities
        for entity in batch.entities:
            assert entity.id not in found.entities
            found.entities[entity.id] = entity
        for link in batch.relationships:
            assert all(end in found.entities or reading.known(end) for end in (link.source, link.target))
        found.relationships += batch.relationships
    assert reading.report.closed
    return found
