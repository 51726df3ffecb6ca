"""现场应急保电导图: how a crew gets to a customer, and where a generator truck stops and is connected."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from schema import plan
from schema.relationships import RelationshipKind
from schema.vocabulary import WaypointType
from seeds.city import Point, shifted
from seeds.row import Row, link
from seeds.scene import Scene

_MET_BY = {
    WaypointType.ENTRY: "-9",
    WaypointType.PARKING: "-9",
    WaypointType.ROOM: "-1",
    WaypointType.CONNECTION: "-1",
}
"""Who waits at each point: the customer's outage contact outside, its electrician at the switchgear."""


class _Stop(NamedTuple):
    code: int
    kind: WaypointType
    name: str
    text: str
    offset: Point


def _stops(scene: Scene) -> Iterator[_Stop]:
    yield _Stop(
        1, WaypointType.ENTRY, "大门", "先电话联系停送电联系人，由门卫引导进入，限高 3.5 米", (-0.0006, -0.0003)
    )
    if scene.known:
        text = "停于防爆区外，排气管装阻火器，" if scene.conduct.hazardous else ""
        text += "车头朝外，支腿下垫钢板，接地"
        yield _Stop(2, WaypointType.PARKING, "发电车停放点", text, (-0.0002, -0.0001))
    yield _Stop(3, WaypointType.ROOM, "配电室", "值班电工在此等候", (0.0, 0.0))
    if scene.known:
        text = f"检查{scene.incomers}确在分位、{scene.low_bus}确无电压，挂牌、核对相序后接入"
        yield _Stop(4, WaypointType.CONNECTION, "应急接入箱", text, (0.0001, 0.0))


def _text(scene: Scene) -> str:
    supplies = "；".join(scene.lines)
    text = f"供电电源：{supplies}。先联系后进入。"
    if not scene.known:
        return f"{text}未登记应急接入点，不接入发电车。"
    return (
        f"{text}下令人现场指挥，执行应急发电班，监护客户值班电工；步骤：断开进线、验电、挂牌、接入、核对相序、"
        "启动、合闸、检查；停用按相反顺序。只在断电后接入，防止倒送电。"
    )


def guide_rows(scene: Scene, place: Point) -> Iterator[Row]:
    """The guide of one customer and its points; no place for a truck where there is no access point."""
    spec, stops = scene.spec, list(_stops(scene))
    ids = [spec.part("WP", f"-{stop.code}") for stop in stops]
    yield Row(
        plan.SiteGuide(id=spec.part("GUIDE"), name=f"{spec.name}现场应急保电导图", text=_text(scene)),
        link(RelationshipKind.HAS_WAYPOINT, *ids),
    )
    for order, (waypoint, stop) in enumerate(zip(ids, stops, strict=True), 1):
        point = shifted(place, *stop.offset)
        yield Row(
            plan.Waypoint(
                id=waypoint,
                name=stop.name,
                order=order,
                waypoint_type=stop.kind,
                text=stop.text,
                photo=f"保电导图/{spec.number}/{stop.code}.jpg",
                longitude=point[0],
                latitude=point[1],
            ),
            link(RelationshipKind.MET_BY, spec.part("PER", _MET_BY[stop.kind])),
        )
