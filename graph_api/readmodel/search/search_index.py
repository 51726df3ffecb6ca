"""SearchIndex: finds entities by name, alias, number, pinyin, initials, id and telephone digits, small typos included.

Every searchable text of an entity is a key; keys are cut into grams (see text.py), and a gram leads to the entities
that hold it. Candidates with the most (and rarest) grams of the query are then compared key by key.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from rapidfuzz.fuzz import partial_ratio

from graph_api.readmodel.search.text import ends, grams, has_han, normalise, pinyin, without_voltage, words
from graph_api.readmodel.snapshot import Snapshot
from schema.people import Contact
from schema.provenance import IdentifierMapping
from schema.registry import EntityKind
from schema.relationships import RelationshipKind

SEARCHED_CANDIDATES = 400
"""Candidates that are compared key by key; more than a person will ever page through."""
RECENT_LIMIT = 5_000
"""Changed entities that are kept beside the large part before it is made anew."""
LEAST_LIKENESS = 80.0
"""Per cent of letters in the right order that make a key the same word mistyped: one wrong letter in five."""

UNSEARCHED = frozenset(
    {
        EntityKind.CONNECTIVITY_NODE,
        EntityKind.ASSIGNMENT,
        EntityKind.SHIFT,
        EntityKind.PLAN_VERSION,
        EntityKind.PROCEDURE_STEP,
        EntityKind.SOURCE_LOAD,
        EntityKind.ALIAS,
    }
)
"""Kinds that people do not look for by a text."""

_FIELD_WEIGHT = {
    "name": 1.0,
    "aliases": 0.97,
    "number": 0.97,
    "key": 0.95,
    "pinyin": 0.93,
    "initials": 0.9,
    "phone": 0.9,
    "id": 0.85,
}
_KIND_WEIGHT = {
    EntityKind.CUSTOMER: 1.06,
    EntityKind.SUBSTATION: 1.05,
    EntityKind.FEEDER: 1.05,
    EntityKind.PERSON: 1.04,
    EntityKind.TEAM: 1.03,
    EntityKind.DISTRIBUTION_STATION: 1.02,
}
_PHONE_DIGITS = 4
"""Fewest digits of a telephone number that find it."""

Key = tuple[str, str, str]
"""Field, text as written, normalised text."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One found entity: its index, score (higher is better), and which text of it was found."""

    index: int
    score: float
    field: str
    matched: str


def keys_of(graph: Snapshot, index: int) -> Iterator[Key]:
    """The searchable texts of an entity."""
    entity = graph.entity(index)
    if isinstance(entity, Contact):
        yield "phone", "…" + entity.value[-_PHONE_DIGITS:], normalise(entity.value)
        return
    if isinstance(entity, IdentifierMapping):
        yield "key", entity.key, normalise(entity.key)
        return
    for field, texts in (("name", (entity.name,)), ("aliases", entity.aliases)):
        for text in texts:
            key = normalise(text)
            if not key:
                continue
            yield field, text, key
            if has_han(key):
                full, initials = pinyin(key)
                yield "pinyin", text, full
                yield "initials", text, initials
    number = getattr(entity, "number", None)
    if isinstance(number, str) and number:
        yield "number", number, normalise(number)
    if entity.source_key:
        yield "key", entity.source_key, normalise(entity.source_key)
    yield "id", entity.id, normalise(entity.id)


def _owner(graph: Snapshot, index: int) -> int:
    """Whom a found text belongs to: the holder of a contact, the entity behind another system's key."""
    match graph.kind(index):
        case EntityKind.CONTACT:
            owners = graph.sources(index, RelationshipKind.HAS_CONTACT)
        case EntityKind.IDENTIFIER_MAPPING:
            owners = graph.targets(index, RelationshipKind.IDENTIFIES)
        case _:
            return index
    return owners[0] if owners else index


class _Postings:
    """Which entities hold a gram."""

    def __init__(self, graph: Snapshot, indexes: Iterable[int]) -> None:
        self.indexes: list[int] = []
        lists: dict[str, list[int]] = defaultdict(list)
        for index in indexes:
            slot = len(self.indexes)
            self.indexes.append(index)
            held: set[str] = set()
            for _, _, key in keys_of(graph, index):
                held |= grams(key) | ends(key)
            for gram in held:
                lists[gram].append(slot)
        self._lists = {gram: np.array(slots, dtype=np.int32) for gram, slots in lists.items()}

    def candidates(self, wanted: Collection[str]) -> list[int]:
        """Entities that hold the most of the wanted grams, rare ones counting more; best first."""
        count = len(self.indexes)
        found = [slots for gram in wanted if (slots := self._lists.get(gram)) is not None]
        if not found:
            return []
        weights = [np.full(len(slots), 1.0 + np.log(count / len(slots))) for slots in found]
        scores = np.bincount(np.concatenate(found), weights=np.concatenate(weights), minlength=count)
        keep = min(SEARCHED_CANDIDATES, int(np.count_nonzero(scores)))
        best = np.argpartition(-scores, keep - 1)[:keep] if keep < count else np.arange(count)
        return [self.indexes[slot] for slot in best[np.argsort(-scores[best], kind="stable")]]


class _LazyPostings:
    """Postings that the first thread to need them makes."""

    def __init__(self, make: Callable[[], _Postings]) -> None:
        self._make: Callable[[], _Postings] | None = make
        self._lock = threading.Lock()
        self._made: _Postings | None = None

    def get(self) -> _Postings:
        if self._made is None:
            with self._lock:
                if self._made is None and self._make is not None:
                    self._made, self._make = self._make(), None
        assert self._made is not None  # noqa: S101  (says to the type checker what the lock guarantees)
        return self._made


_Word = tuple[str, set[str], str, set[str]]
"""A word of the query with its grams, and its pinyin with those."""


class SearchIndex:
    """Search over one snapshot. The large part is made on first use (or by `warm_up`), by one thread."""

    def __init__(self, graph: Snapshot, base: _LazyPostings, recent: frozenset[int]) -> None:
        self._graph = graph
        self._base = base
        self._recent = recent
        self._recent_postings = _LazyPostings(lambda: _Postings(graph, sorted(_searchable(graph, recent))))

    @classmethod
    def build(cls, graph: Snapshot) -> SearchIndex:
        """Index of a whole snapshot."""
        return cls(graph, _LazyPostings(lambda: _Postings(graph, _searchable(graph, graph.indexes()))), frozenset())

    def advanced(self, graph: Snapshot, changed: Collection[int]) -> SearchIndex:
        """Index of a later snapshot that numbers its entities alike and differs from this one in `changed` only."""
        recent = self._recent.union(changed)
        return SearchIndex(graph, self._base, recent) if len(recent) <= RECENT_LIMIT else SearchIndex.build(graph)

    def warm_up(self) -> None:
        """Make the large part now."""
        self._base.get()

    def search(self, text: str, kinds: Collection[EntityKind] | None = None, limit: int = 10) -> list[Hit]:
        """Entities that every word of `text` finds, best first; ties by shorter name, then name, then id.

        `kinds` keeps only those kinds. At most `limit` hits, and never more than SEARCHED_CANDIDATES.
        """
        wanted: list[_Word] = [(word, grams(word), *_spoken(word)) for word in words(text)]
        if not wanted:
            return []
        alternatives: list[set[str]] = [set(), set()]
        for word, pieces, spoken, sounds in wanted:
            alternatives[0] |= pieces | ends(word)
            alternatives[1] |= sounds | ends(spoken)
        best: dict[int, Hit] = {}
        for index in dict.fromkeys(self._candidates(alternatives)):
            owner = _owner(self._graph, index)
            if kinds is not None and self._graph.kind(owner) not in kinds:
                continue
            hit = self._compare(index, owner, wanted)
            if hit is not None and (owner not in best or best[owner].score < hit.score):
                best[owner] = hit
        return sorted(best.values(), key=self._rank)[:limit]

    def _rank(self, hit: Hit) -> tuple[float, int, str, str]:
        name = self._graph.name(hit.index)
        return -hit.score, len(name), name, self._graph.id(hit.index)

    def _candidates(self, alternatives: list[set[str]]) -> Iterator[int]:
        for wanted in alternatives:
            for index in self._base.get().candidates(wanted):
                if index not in self._recent:
                    yield index
            if self._recent:
                yield from self._recent_postings.get().candidates(wanted)

    def _compare(self, index: int, owner: int, wanted: list[_Word]) -> Hit | None:
        keys = list(keys_of(self._graph, index))
        total, field, matched = 0.0, "", ""
        for word in wanted:
            score, name, text = max(
                (_score(word, name, key) * _FIELD_WEIGHT[name], name, text) for name, text, key in keys
            )
            if score <= 0:
                return None
            total += score
            if not field:
                field, matched = name, text
        return Hit(owner, total / len(wanted) * _KIND_WEIGHT.get(self._graph.kind(owner), 1.0), field, matched)


def _searchable(graph: Snapshot, indexes: Iterable[int]) -> Iterator[int]:
    live = graph.indexes()
    return (index for index in indexes if index in live and graph.kind(index) not in UNSEARCHED)


def _spoken(word: str) -> tuple[str, set[str]]:
    """Pinyin of a Chinese word, so that a wrong character of the same sound still finds it."""
    if not has_han(word):
        return "", set()
    full, _ = pinyin(word)
    return full, grams(full)


def _score(word: _Word, field: str, key: str) -> float:
    """How well a word fits a key, 0 to 100: equal, then beginning, then inside, then mistyped."""
    text, _, spoken, _ = word
    if field == "phone" and (len(text) < _PHONE_DIGITS or not text.isdigit()):
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
    if field in {"phone", "initials", "id"} or (field == "pinyin" and spoken):
        return 0.0
    return _mistyped(text, key)


def _mistyped(text: str, key: str) -> float:
    """Score of a key that holds nearly the text, 0 to 45."""
    if len(text) < 5 or len(key) < len(text) - 1:
        return 0.0
    likeness = partial_ratio(text, key, score_cutoff=LEAST_LIKENESS)
    return 0.45 * likeness * (0.5 + 0.5 * min(1.0, len(text) / len(key)))
