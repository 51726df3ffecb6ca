"""Whatever the schema declares is in the API: kinds, what they have in common, relationships."""

from __future__ import annotations

from collections import Counter

from graph_api.graphql.entities import ENTITY_TYPES, INTERFACES
from graph_api.graphql.entities.links import LINKS, links_of
from graph_api.graphql.schema import build_schema, executable
from schema.entity import Entity
from schema.registry import CLASS_OF, EntityKind, kinds_of
from schema.relationships import ENDS, RelationshipKind


def test_every_kind_is_a_type() -> None:
    types = executable(build_schema()).type_map
    assert set(ENTITY_TYPES) == set(EntityKind)
    assert {made.__name__ for made in ENTITY_TYPES.values()} == {cls.__name__ for cls in CLASS_OF.values()}
    assert {cls.__name__ for cls in CLASS_OF.values()} <= types.keys()


def test_what_kinds_have_in_common_is_an_interface() -> None:
    common = {base for cls in CLASS_OF.values() for base in cls.__mro__ if issubclass(base, Entity)}
    assert common - set(CLASS_OF.values()) == set(INTERFACES)


def test_every_relationship_is_followed_from_an_end_that_it_can_have() -> None:
    followed = {kind: {link for link in LINKS if link.kind is kind} for kind in RelationshipKind}
    assert all(followed.values()), "a relationship that no field follows"
    for kind, links in followed.items():
        for link in links:
            here, there = ENDS[kind].sources, ENDS[kind].targets
            here, there = (here, there) if link.outgoing else (there, here)
            assert here & kinds_of(link.owner), f"{link.owner.__name__}.{link.field} begins where {kind} never does"
            assert there & kinds_of(link.target), f"{link.owner.__name__}.{link.field} ends where {kind} never does"


def test_every_link_becomes_a_field_once() -> None:
    names = Counter((link.owner, link.field) for link in LINKS)
    assert max(names.values()) == 1
    types = executable(build_schema()).type_map
    for link in LINKS:
        for kind in kinds_of(link.owner):
            fields = types[CLASS_OF[kind].__name__].fields  # type: ignore[attr-defined]
            assert "".join(map(str.capitalize, link.field.split("_"))).lower() in {name.lower() for name in fields}
    assert sum(len(links_of(cls)) for cls in {link.owner for link in LINKS}) == len(LINKS)
