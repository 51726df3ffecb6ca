"""SearchIndex: finds entities by name, alias, number, pinyin, initials, id and telephone digits, small typos included.

Every searchable text of an entity is a key (keys.py); keys are cut into grams (text.py), and a gram leads to the
entities that hold it (postings.py). Candidates with the most (and rarest) grams of the query are then compared key by
key. What changes stands in small layers over the large one; a younger layer holds for what it names.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace

import numpy as np

from graph_api.readmodel.numbers import flagged
from graph_api.readmodel.search.keys import FIELD_WEIGHT, PHONE_DIGITS, Key, owner_of, searchable, texts_of
from graph_api.readmodel.search.postings import Hidden, Postings, SearchColumns
from graph_api.readmodel.search.text import (
    as_dialled,
    ends,
    grams,
    has_han,
    likeness,
    pinyin,
    scattered,
    without_voltage,
    words,
)
from graph_api.readmodel.snapshot import Snapshot
from graph_api.readmodel.things import Thing
from schema.registry import EntityKind

RECENT_LIMIT = 5_000
"""Changed entities in layers of their own before the large one should be made anew."""
LEAST_LIKENESS = 80.0
"""Per cent of letters in the right order that make a key the same word mistyped: one wrong letter in five."""

SCATTERED = 2
"""Characters of a name for each one typed, and one more, over which a word may be scattered."""

_KIND_WEIGHT = {
    EntityKind.CUSTOMER: 1.06,
    EntityKind.SUBSTATION: 1.05,
    EntityKind.FEEDER: 1.05,
    EntityKind.PERSON: 1.04,
    EntityKind.TEAM: 1.03,
    EntityKind.DISTRIBUTION_STATION: 1.02,
    EntityKind.FAULT_INDICATOR: 0.9,
}


@dataclass(frozen=True, slots=True)
class Hit:
    """One found entity: its index, score (higher is better), and which text of it was found."""

    index: int
    score: float
    field: str
    matched: str

    @property
    def entity(self) -> Thing:
        """The entity."""
        return self.index


class _Base:
    """The large layer; made by the first thread to need it, unless it is there already."""

    def __init__(self, made: Postings | None = None, make: Callable[[], Postings] | None = None) -> None:
        self._made = made
        self._make = make
        self._lock = threading.Lock()

    @property
    def is_made(self) -> bool:
        return self._made is not None

    def get(self) -> Postings:
        if self._made is None:
            with self._lock:
                if self._made is None and self._make is not None:
                    self._made, self._make = self._make(), None
        assert self._made is not None  # noqa: S101  (says to the type checker what the lock guarantees)
        return self._made


@dataclass(frozen=True, slots=True)
class _Layer:
    """Entities that changed, and the postings of those that can be found."""

    changed: frozenset[int]
    postings: Postings

    @classmethod
    def of(cls, graph: Snapshot, changed: Collection[int]) -> _Layer:
        found = sorted(index for index in changed if texts_of(graph, index))
        return cls(frozenset(changed), Postings.of(graph, found))


_Word = tuple[str, set[str], str, set[str]]
"""A word of the query with its grams, and its pinyin with those."""


class SearchIndex:
    """Search over one snapshot. The large layer is made on first use (or by `warm_up`), by one thread."""

    def __init__(self, graph: Snapshot, base: _Base, layers: tuple[_Layer, ...] = ()) -> None:
        self._graph = graph
        self._base = base
        self._layers = layers

    @classmethod
    def build(cls, graph: Snapshot) -> SearchIndex:
        """Index of a whole snapshot."""
        return cls(graph, _Base(make=lambda: Postings.of(graph, searchable(graph))))

    @classmethod
    def of_columns(cls, graph: Snapshot, columns: SearchColumns) -> SearchIndex:
        """Index of the snapshot that these columns were made of; what is outdated in them is read from it."""
        base, outdated = _Base(Postings(columns)), frozenset(columns.outdated.tolist())
        return cls(graph, base, (_Layer.of(graph, outdated),) if outdated else ())

    def columns(self) -> SearchColumns:
        """What `of_columns` takes, for the snapshot that this is the index of; makes the large layer."""
        outdated = np.array(sorted(frozenset().union(*(layer.changed for layer in self._layers))), np.int32)
        return replace(self._base.get().columns, outdated=outdated)

    def advanced(self, graph: Snapshot, changed: Collection[int]) -> SearchIndex:
        """Index of a later snapshot that numbers its entities alike and differs from this one in `changed` only.

        Costs in proportion to what is found otherwise: nothing for a switch that moves.
        """
        fresh = {index for index in changed if texts_of(self._graph, index) != texts_of(graph, index)}
        if not fresh:
            return SearchIndex(graph, self._base, self._layers)
        layers = list(self._layers)
        while layers and len(layers[-1].changed) <= len(fresh):
            fresh |= layers.pop().changed
        return SearchIndex(graph, self._base, (*layers, _Layer.of(graph, fresh)))

    def seen_in(self, graph: Snapshot) -> SearchIndex:
        """This index for a view of the same snapshot of which a part is not there."""
        return SearchIndex(graph, self._base, self._layers)

    @property
    def recent(self) -> int:
        """Entities in layers of their own, those in several of them counted each time."""
        return sum(len(layer.changed) for layer in self._layers)

    @property
    def is_warm(self) -> bool:
        """Whether the large layer is made."""
        return self._base.is_made

    def warm_up(self) -> SearchIndex:
        """This index, with the large layer made."""
        self._base.get()
        return self

    def search(
        self,
        text: str,
        kinds: Collection[EntityKind] | None = None,
        limit: int = 10,
        contacts: Collection[int] | None = None,
    ) -> list[Hit]:
        """Entities that every word of `text` finds, best first; ties by shorter name, then name, then id.

        `kinds` keeps only those kinds; of contacts only `contacts` take part, None = all. At most `limit` hits, and
        never more than SEARCHED_CANDIDATES.
        """
        wanted: list[_Word] = [(word, grams(word), *_spoken(said)) for word, said in words(as_dialled(text))]
        if not wanted:
            return []
        alternatives: list[set[str]] = [set(), set()]
        for word, pieces, spoken, sounds in wanted:
            alternatives[0] |= pieces | ends(word)
            alternatives[1] |= sounds | ends(spoken)
        best: dict[int, Hit] = {}
        for index, keys in self._all_candidates(alternatives, contacts):
            owner = owner_of(self._graph, index)
            if kinds is not None and self._graph.kind(owner) not in kinds:
                continue
            hit = self._compare(keys(), owner, wanted)
            if hit is not None and (owner not in best or best[owner].score < hit.score):
                best[owner] = hit
        return sorted(best.values(), key=self._rank)[:limit]

    def _rank(self, hit: Hit) -> tuple[float, int, str, str]:
        name = self._graph.name(hit.index)
        return -hit.score, len(name), name, self._graph.id(hit.index)

    def _all_candidates(
        self, alternatives: list[set[str]], contacts: Collection[int] | None
    ) -> Iterator[tuple[int, Callable[[], list[Key]]]]:
        """Of all but contacts, and of the contacts that take part: who sees more of these loses none of the others."""
        outside = self._graph.outside
        every = flagged(self._graph.size, self._graph.of_kind(EntityKind.CONTACT))
        yield from self._candidates(alternatives, every if outside is None else every | outside)
        if contacts is None or len(contacts):
            hidden = ~every
            if contacts is not None:
                hidden = ~flagged(self._graph.size, contacts)
            yield from self._candidates(alternatives, hidden if outside is None else hidden | outside)

    def _candidates(
        self, alternatives: list[set[str]], hidden: Hidden | None
    ) -> Iterator[tuple[int, Callable[[], list[Key]]]]:
        """Entities to compare, each once, and what gives their keys."""
        covered = [frozenset[int](), *(layer.changed for layer in self._layers)]
        sources = [self._base.get(), *(layer.postings for layer in self._layers)]
        seen = set[int]()
        for wanted in alternatives:
            for place, postings in enumerate(sources):
                younger, indexes = covered[place + 1 :], postings.columns.index
                for slot in postings.candidates(wanted, None if hidden is None else hidden[indexes]):
                    index = int(indexes[slot])
                    if index not in seen and not any(index in changed for changed in younger):
                        seen.add(index)
                        yield index, lambda postings=postings, slot=slot: postings.keys(slot)  # type: ignore[misc]

    def _compare(self, keys: Collection[Key], owner: int, wanted: list[_Word]) -> Hit | None:
        total, field, matched = 0.0, "", ""
        for word in wanted:
            score, name, text = max(
                (_score(word, name, key) * FIELD_WEIGHT[name], name, text) for name, text, key in keys
            )
            if score <= 0:
                return None
            total += score
            if not field:
                field, matched = name, text
        return Hit(owner, total / len(wanted) * _KIND_WEIGHT.get(self._graph.kind(owner), 1.0), field, matched)


def _spoken(word: str) -> tuple[str, set[str]]:
    """Pinyin of a Chinese word, so that a wrong character of the same sound still finds it."""
    if not has_han(word):
        return "", set()
    full, _ = pinyin(word)
    return full, grams(full)


def _score(word: _Word, field: str, key: str) -> float:
    """How well a word fits a key, 0 to 100: equal, then beginning, then inside, then mistyped."""
    text, _, spoken, _ = word
    if field == "phone" and (len(text) < PHONE_DIGITS or not text.isdigit()):
        return 0.0
    share = len(text) / max(len(key), 1)
    if key == text:
        return 100.0
    bare = without_voltage(key)
    if bare == text:
        return 98.0
    if key.startswith(text) or bare.startswith(text):
        return 80.0 + 15 * share
    if text in key:
        return 60.0 + 15 * share
    if field == "pinyin" and spoken and spoken in key:
        return 50.0 + 10 * len(spoken) / len(key)
    if field in {"name", "aliases"} and (stretch := _stretch(text, bare)):
        return 40.0 + 10.0 * len(text) / stretch
    if field in {"phone", "initials", "id"} or (field == "pinyin" and spoken):
        return 0.0
    return _mistyped(text, key)


def _stretch(text: str, key: str) -> int:
    """Over how many characters of a key a Chinese word is scattered; 0 if it is not in it, or too far apart.

    People leave out what lies between: 化工厂 is 临江化工二厂, 市一院 is 市第一人民医院.
    """
    if len(text) < 2 or not has_han(text):
        return 0
    length = scattered(text, key)
    return length if length <= SCATTERED * len(text) + 1 else 0


def _mistyped(text: str, key: str) -> float:
    """Score of a key that holds nearly the text, 0 to 45."""
    if len(text) < 5 or len(key) < len(text) - 1:
        return 0.0
    return 0.45 * likeness(text, key, LEAST_LIKENESS) * (0.5 + 0.5 * min(1.0, len(text) / len(key)))
