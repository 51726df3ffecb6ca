"""CIM files as a source: all of one load are one model, or an update of one that is in the graph."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path

from loaders.cim.evidence import units_named
from loaders.cim.placing import read_drawings, read_places
from loaders.cim.profiles import Profile
from loaders.cim.read import read_model
from loaders.cim.sets import check_whole
from loaders.cim.state import leave, read_state
from loaders.cim.texts import Text, read_texts
from loaders.seen import seen
from loaders.source import Reading, system_of
from schema.batch import GraphBatch
from schema.entity import Entity
from schema.registry import KINDS, EntityKind

UPDATES = frozenset({Profile.SSH, Profile.GL, Profile.DL})
"""Profiles that change what is in the graph without the EQ file of its model."""


class CimSource:
    """CIM RDF/XML files of one source system (see loaders.source.Source)."""

    mapping = "cim"

    def __init__(self, files: Sequence[Path], system: str = "", units: str = "", sources: Sequence[str] = ()) -> None:
        self._units = units_named(units) if units else None
        self._sources = tuple(sources)
        self.files = tuple(files)
        self.system = system or system_of(self.files)
        self._as_one = bool(system)
        self._updates = False

    def covers(self) -> frozenset[EntityKind]:
        """All kinds: a model is whole; none for what only updates the state of one that is in the graph."""
        return frozenset() if self._updates else frozenset(KINDS)

    def of_columns(self) -> frozenset[EntityKind]:
        """None: what a model holds is its own."""
        return frozenset()

    def batches(self, reading: Reading) -> Iterator[GraphBatch]:
        """The content of all files; see Source.batches."""
        reading.progress(self.files[0].name, 0, len(self.files))
        texts = read_texts(self.files, reading.report, reading.first_load)
        profiles = {text.profile for text in texts}
        self._updates = bool(profiles & UPDATES) and Profile.EQ not in profiles
        if self._updates:
            yield self._update(texts, profiles, reading)
        else:
            check_whole(texts, as_one=self._as_one)
            model = read_model(texts, reading, self._units, self._sources)
            yield from seen(model, reading.report, self.files[0].name)
        reading.progress(self.files[0].name, len(self.files), len(self.files))

    def _update(self, texts: Sequence[Text], profiles: AbstractSet[Profile], reading: Reading) -> GraphBatch:
        """What texts without equipment change of a model that is in the graph: its state, then its places.

        A thing of which several texts speak comes once, with what they all say of it.
        """
        for text in texts:
            if text.profile not in UPDATES:
                leave(text, reading)
        batch = read_state(texts, reading, self._units) if Profile.SSH in profiles else GraphBatch()
        changed: dict[str, Entity] = {each.id: each for each in batch.entities}

        def known(ident: str) -> Entity | None:
            return changed.get(ident) or reading.entity(ident)

        def keyed(key: str) -> list[Entity]:
            return [changed.get(each.id, each) for each in reading.keyed(key)]

        for profile, read in ((Profile.GL, read_places), (Profile.DL, read_drawings)):
            if profile in profiles:
                for entity in read(texts, reading.report, known, keyed):
                    changed[entity.id] = entity
        batch.entities = list(changed.values())
        return batch
