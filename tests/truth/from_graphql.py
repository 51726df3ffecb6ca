"""Adapter: the three queries that a client asks, and the `Net` of their answers.

Nothing but the contract in schema/schema.graphql is used. Each query is a list that is paged with `after`; hand all
nodes of all pages to `net_of`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from tests.truth.assemble import Extras, Link, Row, assembled
from tests.truth.net import Net

Node = Mapping[str, Any]
Ask = Callable[[str, dict[str, Any]], Mapping[str, Any]]
"""Asks a query with variables and returns its `data`."""

EQUIPMENT = """
query Equipment($first: Int!, $after: String) {
  equipment(first: $first, after: $after) {
    pageInfo { hasNextPage endCursor }
    nodes {
      __typename id inService ownership nominalKv
      connectivityNodes { id } containedIn { __typename id } riskGroups { id }
      ... on Switch { normalPosition position positionAt remoteControlled ratedCurrentA }
      ... on ACLineSegment { ratedCurrentA towers { id } corridors { id } }
      ... on PowerTransformer { ratedKva }
      ... on CustomerTransformer { ratedKva }
      ... on EnergyConsumer { kw customerCount }
      ... on SupplySource { role capacityKva }
      ... on Load { kw grade security permittedInterruptionS backedBy { ...Own } }
      ... on InternalBus { backedBy { ...Own } accessPoints { id } }
    }
  }
}
fragment Own on EmergencySource { id kw startSeconds enduranceMinutes automatic inService interlock }
"""

CUSTOMERS = """
query Customers($first: Int!, $after: String) {
  customers(first: $first, after: $after) {
    pageInfo { hasNextPage endCursor }
    nodes {
      id name importance status
      receivingPoints {
        id transfer transferSeconds loadKw interlock undervoltageRelease parallelRunning
        supplySources { id } transferBays { id }
      }
    }
  }
}
"""

FEEDERS = """
query Feeders($first: Int!, $after: String) {
  feeders(first: $first, after: $after) {
    pageInfo { hasNextPage endCursor }
    nodes { id ratedCurrentA nominalKv head { id } containedIn { __typename id } }
  }
}
"""

QUERIES = {"equipment": EQUIPMENT, "customers": CUSTOMERS, "feeders": FEEDERS}

LINKS = {
    "containedIn": "CONTAINED_IN",
    "riskGroups": "SHARES_RISK",
    "towers": "CARRIED_BY",
    "corridors": "ROUTED_IN",
    "supplySources": "FED_BY",
    "transferBays": "TRANSFERS_BY",
    "receivingPoints": "HAS_RECEIVING_POINT",
}
"""Fields that list the targets of a relationship."""


def read_net(ask: Ask, extras: Extras = Extras(), page: int = 200) -> Net:  # noqa: B008
    """Asks for everything and returns the network."""
    equipment, customers, feeders = (list(pages(ask, field, page)) for field in QUERIES)
    return net_of(equipment, customers, feeders, extras)


def pages(ask: Ask, field: str, page: int) -> Iterator[Node]:
    """All nodes of a paged list."""
    after: str | None = None
    while True:
        answer = ask(QUERIES[field], {"first": page, "after": after})[field]
        yield from answer["nodes"]
        if not answer["pageInfo"]["hasNextPage"]:
            return
        after = answer["pageInfo"]["endCursor"]


def net_of(
    equipment: Iterable[Node],
    customers: Iterable[Node],
    feeders: Iterable[Node],
    extras: Extras = Extras(),  # noqa: B008
) -> Net:
    """The network of the nodes of the three lists."""
    rows: dict[str, Row] = {}
    links: list[Link] = []
    for node in equipment:
        _put(rows, links, node, node["__typename"])
        links += [Link("CONNECTS", node["id"], n["id"], str(k)) for k, n in enumerate(node["connectivityNodes"], 1)]
        for own in node.get("backedBy", ()):
            _put(rows, links, own, "EmergencySource")
            links.append(Link("BACKS", own["id"], node["id"]))
        for access in node.get("accessPoints", ()):
            _put(rows, links, access, "AccessPoint")
            links.append(Link("ATTACHES_TO", access["id"], node["id"]))
    for customer in customers:
        _put(rows, links, customer, "Customer")
        for point in customer["receivingPoints"]:
            _put(rows, links, point, "ReceivingPoint")
    for feeder in feeders:
        _put(rows, links, feeder, "Feeder")
        if feeder["head"] is not None:
            links.append(Link("STARTS_AT", feeder["id"], feeder["head"]["id"]))
    return assembled(rows.values(), links, extras)


def _put(rows: dict[str, Row], links: list[Link], node: Node, kind: str) -> None:
    fields = {_snake(name): value for name, value in node.items() if not isinstance(value, (list, dict))}
    if fields.get("position_at") is not None:
        fields["position_at"] = datetime.fromisoformat(fields["position_at"])
    rows[node["id"]] = Row(kind, node["id"], fields)
    for name, link in LINKS.items():
        for target in node.get(name, ()):
            links.append(Link(link, node["id"], target["id"]))
            if "__typename" in target:
                rows.setdefault(target["id"], Row(target["__typename"], target["id"], {}))


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
