"""Laterals of a feeder: the fused start, the line, the public transformer and the small customers behind it."""

from __future__ import annotations

import random
from collections.abc import Iterator

from schema import grid
from schema.vocabulary import Construction, GenerationType, TransformerUse
from seeds import bays
from seeds.city import PREFIX, City, Line, at, between, length_between, near
from seeds.row import Row, inside, terminals

_PV_SHARE = 0.06
"""Share of laterals with a solar roof."""


def lateral(city: City, line: Line, position: int, branch: int, dice: random.Random) -> Iterator[Row]:
    """A fused lateral with a public transformer and the small customers behind it as one load."""
    start = city.line_point(line, position)
    end = near(start, dice)
    code = f"{line.number}:{position}{branch}"
    lane, start_bay = bays.lane_of(line, position, branch), bays.lateral(line, position, branch)
    fused, ended, low = (f"{PREFIX}:CN:{code}{part}" for part in "FLT")
    part, cabinet = inside(line.id), inside(line.cabinet(position))
    for node in (fused, ended, low):
        yield Row(grid.ConnectivityNode(id=node))
    yield Row(
        grid.Fuse(
            id=f"{PREFIX}:FU:{code}",
            name=start_bay.name,
            number=start_bay.number,
            nominal_kv=10,
            rated_current_a=100,
            note=None if line.overhead else "负荷开关-熔断器组合柜",
            **at(start),
        ),
        (*terminals(line.node(position), fused), cabinet),
    )
    yield Row(
        grid.ACLineSegment(
            id=f"{PREFIX}:SEG:{code}",
            name=bays.lateral_line(line, position, branch),
            nominal_kv=10,
            length_m=length_between(start, end),
            construction=Construction.OVERHEAD if line.overhead else Construction.CABLE,
            **between(start, end),
        ),
        (*terminals(fused, ended), part),
    )
    rated = dice.choice((315, 400, 500, 630))
    yield Row(
        grid.PowerTransformer(
            id=f"{PREFIX}:TR:{code}",
            name=f"{lane}1号公变",
            nominal_kv=10,
            secondary_kv=0.4,
            rated_kva=rated,
            use=TransformerUse.PUBLIC,
            **at(end),
        ),
        (*terminals(ended, low), part),
    )
    yield Row(
        grid.EnergyConsumer(
            id=f"{PREFIX}:EC:{code}",
            name=f"{lane}1号台区",
            nominal_kv=0.4,
            kw=float(round(rated * dice.uniform(0.1, 0.2))),
            customer_count=dice.randint(60, 240),
            **at(end),
        ),
        (*terminals(low), part),
    )
    if dice.random() < _PV_SHARE:
        yield Row(
            grid.GeneratingUnit(
                id=f"{PREFIX}:PV:{code}",
                name=f"{lane}屋顶光伏",
                nominal_kv=0.4,
                generation_type=GenerationType.PHOTOVOLTAIC,
                kw=float(dice.randint(20, 120)),
                **at(end),
            ),
            (*terminals(low), part),
        )
