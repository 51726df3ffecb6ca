"""Networks drawn as text: small grids for tests, documents and trials, read into a batch.

    F1 = CB1
    G1 - B1 - CB1 - L1(300m) - n1 - L2 - S1>C1 - IB1 - SB1 - LD1
    n1 - LS1/ - L3 - B2 - G2          # a tie that stands open

One chain a line, pieces joined by `-` (or several, `---`); a name that comes again is the same thing, and each joint
gives it its next terminal. What a thing is, the letters of its name say (see LETTERS); its id is its name.
Two pieces of equipment meet on a node of their own, whose id is `CB1~L1`; a busbar stands on the node `B1.n`.

    CB1    closed            CB1/   open            CB1?   position unknown
    L1!    out of service    L1(300m)  length       LD1(80kW), EC1(80kW)  power       T1(400kVA)  capacity
    S1>C1  supply of customer C1 at its receiving point C1.1      S2>C1:standby, S2>C1:security  its role
    S3>C1.2  the same customer's second receiving point           F1 = CB1   feeder F1 starts at CB1
    F1 @ SUB1  feeder (or any located thing) is contained in the substation        # starts a remark

Fields that the drawing does not show are given by name: `batch(text, C1={"importance": Importance.FIRST})`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from schema import customer, grid
from schema.batch import GraphBatch
from schema.entity import Entity
from schema.relationships import Relationship, RelationshipKind
from schema.vocabulary import SupplyRole, SwitchPosition

LETTERS: dict[str, type[Entity]] = {
    "G": grid.EnergySource,
    "B": grid.BusbarSection,
    "n": grid.ConnectivityNode,
    "CB": grid.Breaker,
    "RC": grid.Recloser,
    "LS": grid.LoadBreakSwitch,
    "DS": grid.Disconnector,
    "FU": grid.Fuse,
    "L": grid.ACLineSegment,
    "T": grid.PowerTransformer,
    "EC": grid.EnergyConsumer,
    "GU": grid.GeneratingUnit,
    "SC": grid.ShuntCompensator,
    "S": customer.SupplySource,
    "IB": customer.InternalBus,
    "SB": customer.SwitchBay,
    "CT": customer.CustomerTransformer,
    "LD": customer.Load,
    "F": grid.Feeder,
    "SUB": grid.Substation,
    "DST": grid.DistributionStation,
    "C": customer.Customer,
}

_PIECE = re.compile(
    r"(?P<name>(?P<letters>[A-Za-z]+)[\w.]*)(?P<position>[/?]?)(?P<out>!?)"
    r"(?:\((?P<amount>[\d.]+)(?P<unit>m|kW|kVA)\))?"
    r"(?:>(?P<customer>C\w*)(?:\.(?P<point>\d+))?(?::(?P<role>standby|security|main))?)?"
)
_POSITIONS = {"/": SwitchPosition.OPEN, "?": SwitchPosition.UNKNOWN}
_AMOUNTS = {"m": "length_m", "kW": "kw", "kVA": "rated_kva"}


def batch(text: str, **fields: Mapping[str, Any]) -> GraphBatch:
    """The drawn network as a batch for a store; ValueError says what cannot be read."""
    sheet = _Sheet()
    for line in text.splitlines():
        line = line.partition("#")[0].strip()
        if line:
            sheet.draw(line)
    return sheet.batch(fields)


class _Sheet:
    def __init__(self) -> None:
        self.made: dict[str, tuple[type[Entity], dict[str, Any]]] = {}
        self.links: dict[tuple[RelationshipKind, str, str, str], Relationship] = {}
        self.terminals: dict[str, int] = {}

    def draw(self, line: str) -> None:
        if "=" in line:
            self._pair(line, "=", RelationshipKind.STARTS_AT)
        elif "@" in line:
            self._pair(line, "@", RelationshipKind.CONTAINED_IN)
        else:
            names = [self._piece(piece) for piece in re.split(r"\s*-+\s*", line.strip("- "))]
            for left, right in pairwise(names):
                self._join(left, right)

    def batch(self, fields: Mapping[str, Mapping[str, Any]]) -> GraphBatch:
        unknown = fields.keys() - self.made.keys()
        if unknown:
            raise ValueError(f"fields are given for what is not drawn: {sorted(unknown)}")
        entities = [
            cls(id=name, **{"name": name, **has, **fields.get(name, {})}) for name, (cls, has) in self.made.items()
        ]
        return GraphBatch(entities=entities, relationships=list(self.links.values()))

    def _pair(self, line: str, sign: str, kind: RelationshipKind) -> None:
        sources, target = line.split(sign)
        for source in sources.split(","):
            self._link(kind, self._piece(source.strip()), self._piece(target.strip()))

    def _piece(self, text: str) -> str:
        found = _PIECE.fullmatch(text)
        cls = found and LETTERS.get(found["letters"])
        if not found or not cls:
            raise ValueError(f"cannot read {text!r}; a piece is letters of its kind and a number: {', '.join(LETTERS)}")
        name = found["name"]
        has = self.made.setdefault(name, (cls, {}))[1]
        if found["position"]:
            has["normal_position"] = _POSITIONS[found["position"]]
        if found["out"]:
            has["in_service"] = False
        if found["amount"]:
            has[_AMOUNTS[found["unit"]]] = float(found["amount"])
        if found["customer"]:
            self._supply(name, found["customer"], found["point"] or "1", found["role"] or "main")
        if issubclass(cls, grid.BusbarSection) and name not in self.terminals:
            self._terminal(name, self._node(f"{name}.n"))
        return name

    def _supply(self, supply: str, account: str, point: str, role: str) -> None:
        self.made[supply][1]["role"] = SupplyRole[role.upper()]
        self.made.setdefault(account, (customer.Customer, {}))
        at = f"{account}.{point}"
        self.made.setdefault(at, (customer.ReceivingPoint, {}))
        self._link(RelationshipKind.HAS_RECEIVING_POINT, account, at)
        self._link(RelationshipKind.FED_BY, at, supply)

    def _join(self, left: str, right: str) -> None:
        nodes = [self._standing(left), self._standing(right)]
        if all(nodes):
            raise ValueError(f"nothing stands between {left} and {right}: nodes and busbars are joined by equipment")
        node = nodes[0] or nodes[1] or self._node(f"{left}~{right}")
        for name, standing in zip((left, right), nodes, strict=True):
            if standing is None:
                self._terminal(name, node)

    def _standing(self, name: str) -> str | None:
        """The node that a busbar or node stands on."""
        cls = self.made[name][0]
        if issubclass(cls, grid.BusbarSection):
            return f"{name}.n"
        return name if cls is grid.ConnectivityNode else None

    def _node(self, name: str) -> str:
        self.made.setdefault(name, (grid.ConnectivityNode, {}))
        return name

    def _terminal(self, name: str, node: str) -> None:
        number = self.terminals[name] = self.terminals.get(name, 0) + 1
        self._link(RelationshipKind.CONNECTS, name, node, str(number))

    def _link(self, kind: RelationshipKind, source: str, target: str, key: str = "") -> None:
        self.links[(kind, source, target, key)] = Relationship(kind=kind, source=source, target=target, key=key)
