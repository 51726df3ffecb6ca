"""Every kind of thing: all its fields, all its links, and all fields of what each link leads to."""

from __future__ import annotations

from collections.abc import Iterator

from tests.compare.operation import Operation
from tests.compare.selections import LABELS, REFERENCE, Selections, document
from tests.compare.stores import Data

ALL_OF = 24
"""Things of a kind that are all asked about; of more, a few."""
INTERFACES = ("Entity", "Located", "ConductingEquipment", "Switch")


def entity_operations(data: Data, select: Selections) -> Iterator[Operation]:
    """Per kind: itself, who answers for it, each of its links, and how it is met as a neighbour."""
    for kind in select.entities():
        ids = _ids(data, kind)
        if not ids:
            continue
        yield _nodes(f"entities/{kind}", ids, f"... on {kind} {{ {select.whole(kind)} }}")
        yield _nodes(
            f"responsibility/{kind}",
            ids[:3],
            f"... on {kind} {{ id {_table(select)} }}",
        )
        for name in select.links(kind):
            inner = select.whole(_target(select, kind, name))
            yield _nodes(f"links/{kind}.{name}", ids[:4], f"... on {kind} {{ id {select.link(kind, name, inner)} }}")
        yield _neighbours(select, kind, ids[0])
    equipment = [entity_id for kind in ("Breaker", "ACLineSegment", "Load", "Fuse") for entity_id in data.ids(kind, 2)]
    for name in INTERFACES:
        yield _nodes(f"interfaces/{name}", equipment, f"... on {name} {{ {select.whole(name, tables=True)} }}")
    yield from _identities(data, select)


def label_operations(data: Data, select: Selections) -> Iterator[Operation]:
    """The words by which a kind is called, in both languages."""
    for kind in select.entities():
        ids = _ids(data, kind)[:1]
        for lang in ("ZH", "EN") if ids else ():
            yield _labels(kind, ids, lang)
    for name in INTERFACES:
        yield _labels(name, data.ids("Breaker", 1), "ZH")


def _labels(kind: str, ids: list[str], lang: str) -> Operation:
    asked = " ".join(f"{name}(lang: {lang})" for name in sorted(LABELS))
    query = f"query($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on {kind} {{ id {asked} }} }} }}"
    return Operation(name=f"labels/{kind}.{lang}", query=query, variables={"ids": ids}, masks=frozenset({"labels"}))


def _ids(data: Data, kind: str) -> list[str]:
    few = len(data.of(kind)) <= ALL_OF
    return ["LOAD:1", "LOAD:2"] if kind == "SourceLoad" else data.ids(kind, None if few else 6)


def _nodes(name: str, ids: list[str], selected: str) -> Operation:
    query = f"query($ids: [ID!]!) {{ nodes(ids: $ids) {{ __typename {selected} }} }}"
    return Operation(name=name, query=document(query), variables={"ids": ids})


def _table(select: Selections) -> str:
    table = select.whole("ResponsibilityTable")
    night = '(at: "2025-11-24T19:00:00+00:00", roles: [DISPATCHER, DISTRIBUTION_REPAIR, CUSTOMER_MANAGER])'
    return f"responsibility {{ {table} }} night: responsibility{night} {{ at rows {{ role onDuty person {{ id }} }} }}"


def _target(select: Selections, kind: str, name: str) -> str:
    """The type that a link leads to, under the connection."""
    inner = select.type(kind).fields[name].type
    return select.item_of(inner)


def _neighbours(select: Selections, kind: str, entity_id: str) -> Operation:
    """The thing as a part of a neighbourhood: by its interface, and by what it is."""
    selected = f"{REFERENCE} ... on {kind} {{ {select.leaves(kind)} }}"
    query = f"""query($of: ID!) {{ neighbourhood(of: $of, hops: 1, limit: 40) {{ truncated distances
      entities {{ {selected} }} relationships {{ kind key source {{ id }} target {{ id }} }} }} }}"""
    return Operation(name=f"neighbours/{kind}", query=document(query), variables={"of": entity_id})


def _identities(data: Data, select: Selections) -> Iterator[Operation]:
    """One by one, several, none, some twice, merged ids."""
    query = document(f"query($id: ID!) {{ node(id: $id) {{ __typename id ... on Entity {{ {REFERENCE} }} }} }}")
    customer = data.first("Customer")
    for entity_id in (customer, data.first("Breaker"), "nothing", "", "C1-OLD", "CB31-OLD", " " + customer, "k" * 200):
        yield Operation(name=f"identity/{entity_id[:20]!r}", query=query, variables={"id": entity_id})
    ids = [customer, "nothing", customer, data.first("Person"), data.first("Feeder"), "C1-OLD", "C1"]
    yield _nodes("identity/several", ids, f"id ... on Entity {{ {REFERENCE} }}")
    yield _nodes("identity/none", [], "id")
    yield _nodes("identity/many", data.ids("Customer", 500), f"id ... on Customer {{ {select.leaves('Customer')} }}")
