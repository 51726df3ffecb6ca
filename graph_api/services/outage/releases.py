"""Under-voltage releases (失压脱扣): incoming switches that a loss has opened, and that nobody has closed again.

    grid ── [S1] ──x SB1 ── IB1 ── LD1      S1 lost voltage and has it again: SB1 stands open until the customer's
                                            electrician closes it, which is reported of SB1

It opens at every loss what stood closed then, so that it is closed only by what was reported after the last one. What
stood open (a standby, a bay open for work) no release has opened: it is changed over to, not closed again.
"""  # fmt: skip

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final

import numpy as np

from graph_api.readmodel.customers import Point, Supply, home
from graph_api.readmodel.customers.incoming import normal_position
from graph_api.readmodel.memo import Derivation
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.positions import last_report
from graph_api.readmodel.snapshot import Snapshot
from graph_api.services.outage.course import Stage, course_until
from graph_api.services.outage.situation import Situation
from graph_api.services.outage.supply_state import GridState
from schema.customer import ReceivingPoint
from schema.grid import Switch
from schema.positions import moment_of
from schema.registry import POSITIONED, EntityKind
from schema.relationships import RelationshipKind
from schema.vocabulary import SwitchPosition

_OPEN: Final = SwitchPosition.OPEN
LOOKED_BACK: Final = timedelta(days=1)
"""Who has had voltage for so long without a word is taken to have closed again (assumption)."""
HELD: Final = Derivation[datetime, frozenset[int]]("supplies that their release holds open", most=8)


def released(
    found: Situation, points: Iterable[Point], at_loss: GridState, course: Iterable[Stage] | None = None
) -> frozenset[int]:
    """Supplies in service that had no voltage at the loss or since while their incoming switch was closed, and of which
    it was not reported closed after the last time that they had none; `course` is that of the situation where it is
    known already."""
    held, stages = held_before(found), found.course if course is None else course
    return frozenset(
        supply.index
        for point in points
        if point.releases
        for supply in point.supplies
        if supply.in_service and _is_open(found, point, supply, at_loss, held, stages)
    )


def _is_open(
    found: Situation,
    point: Point,
    supply: Supply,
    at_loss: GridState,
    held: frozenset[int],
    course: Iterable[Stage],
) -> bool:
    closed = _closed(found.model.graph, point, supply, found.event.at)
    if closed is not None and closed > found.since:
        return _fell(found.model.graph, point, supply, course, closed)
    if _is_reported_open(found.model.graph, point, supply, found):
        return False
    if supply.index in at_loss.held or supply.index in held:
        return True
    opened = not at_loss.supplies(supply) and point.stands_closed(supply, at_loss.positions or {})
    return opened or _fell(found.model.graph, point, supply, course, found.since)


def _is_reported_open(graph: Snapshot, point: Point, supply: Supply, found: Situation) -> bool:
    """Whether the incoming switch was reported open after the loss: whoever closes it opens what carries now first."""
    reports = (
        last_report(graph, at, found.event.at) for at in _incoming(point, supply) if graph.kind(at) in POSITIONED
    )
    return any(each is not None and each.at > found.since and each.position is _OPEN for each in reports)


def fell_since(found: Situation) -> list[int]:
    """Supplies with a release that had no voltage at some time after the loss, ascending; those of now included."""
    lost = [stage.outage.lost for stage in found.course]
    if not lost:
        return []
    return sorted(with_release(found.before, np.unique(np.concatenate(lost)).tolist()))


def held_before(found: Situation) -> frozenset[int]:
    """Supplies that a release held open at the moment of loss already, by what had been reported."""
    return held_at(found.before, found.since, dict(found.undone))


def held_now(model: ReadModel) -> frozenset[int]:
    """Supplies that a release holds open now, by what was reported; those without voltage may be left out."""
    newest = model.graph.reports.newest_us
    if not newest:
        return frozenset()
    moment, known = moment_of(newest), model.graph.changed_at  # what claims to be of the future says nothing of now
    return held_at(model, known if moment > known + LOOKED_BACK else moment, {})


def held_at(model: ReadModel, moment: datetime, undone: Mapping[int, SwitchPosition]) -> frozenset[int]:
    """The same at a moment whose positions the model has, but for `undone` those that are the newest."""
    reports = model.graph.reports
    if not reports.count:
        return frozenset()
    moment = min(moment, moment_of(reports.newest_us))  # since then nothing was reported
    return model.memo.recall(HELD, moment, lambda: frozenset(_held(model, moment, undone)))


def _held(model: ReadModel, moment: datetime, undone: Mapping[int, SwitchPosition]) -> Iterator[int]:
    course = tuple(course_until(model, undone, moment - LOOKED_BACK, moment))
    if not course:
        return
    lost = np.unique(np.concatenate([stage.outage.lost for stage in course])).astype(np.int32)
    for customer in model.customers.accounts.customers_of(lost).tolist():
        for point in model.customers.points_of(customer):
            for supply in point.supplies if point.releases else ():
                closed = _closed(model.graph, point, supply, moment)
                since = closed or moment - 2 * LOOKED_BACK
                if supply.in_service and _fell(model.graph, point, supply, course, since):
                    yield supply.index


def _fell(graph: Snapshot, point: Point, supply: Supply, course: Iterable[Stage], closed: datetime) -> bool:
    """Whether a supply surely had no voltage at any stage since something was closed, with its incoming switch
    closed."""
    return any(
        stage.follows(closed)
        and not (supply.stands_for >= 0 and stage.may_be_live(supply.stands_for))
        and point.stands_closed(supply, dict(_stood(graph, point, supply, stage)))
        for stage in course
    )


def _stood(graph: Snapshot, point: Point, supply: Supply, stage: Stage) -> Iterator[tuple[int, SwitchPosition]]:
    """How the incoming switch of a supply stood when a stage came, by reports; nothing of what was never reported."""
    for at in _incoming(point, supply):
        if not graph.reports.count_of(graph.id(at)):
            continue
        last, former = last_report(graph, at, stage.at), last_report(graph, at, stage.at - timedelta.resolution)
        closes = last is not None and last.at == stage.at and last.position is SwitchPosition.CLOSED
        said = last if closes and not stage.opening else former
        yield at, _normally(graph, point, at) if said is None else said.position


def _normally(graph: Snapshot, point: Point, at: int) -> SwitchPosition:
    if graph.kind(at) is EntityKind.SUPPLY_SOURCE:
        return normal_position(graph, at, home(point.supplies))
    return graph.get(Switch, at).normal_position


def _closed(graph: Snapshot, point: Point, supply: Supply, until: datetime) -> datetime | None:
    """When the incoming switch of a supply was reported closed last; None where that is not the last of it."""
    reports = (last_report(graph, at, until) for at in _incoming(point, supply) if graph.kind(at) in POSITIONED)
    closed = (each.at for each in reports if each is not None and each.position is SwitchPosition.CLOSED)
    return max(closed, default=None)


def _incoming(point: Point, supply: Supply) -> tuple[int, ...]:
    """What is reported of the incoming switch of a supply: its bays, or itself where none is recorded."""
    bays = tuple(branch.index for branch in point.at_node.get(supply.node, ()))
    return (*bays, supply.index) if supply.position is not None else bays


def opened_by_dips(found: Situation) -> frozenset[int]:
    """Supplies that an automatic transfer of the grid gave back when their release had opened already."""
    back = with_release(found.before, (index for dip in found.dips for index in dip.back.tolist()))
    return frozenset(index for index in back if _stood_closed(found.before, index))


def opened_by_dip(
    points: Iterable[Point],
    positions: Mapping[int, SwitchPosition],
    first: dict[int, bool],
    before: dict[int, bool],
    at_loss: dict[int, bool],
) -> frozenset[int]:
    """Supplies that had voltage, lost it, and had it back by a transfer of the grid when their release had opened."""
    supplies = (
        each
        for point in points
        if point.releases
        for each in point.supplies
        if each.stands_for in before and point.stands_closed(each, positions)
    )
    return frozenset(
        each.index
        for each in supplies
        if before[each.stands_for] and at_loss[each.stands_for] and not first[each.stands_for]
    )


def _stood_closed(model: ReadModel, index: int) -> bool:
    points = map(model.customers.point, model.graph.sources(index, RelationshipKind.FED_BY))
    return any(
        supply.index == index and point.stands_closed(supply, {}) for point in points for supply in point.supplies
    )


def with_release(model: ReadModel, indexes: Iterable[int]) -> frozenset[int]:
    """The supplies among these of receiving points whose incoming switches open on lost voltage."""
    graph = model.graph
    supplies = (index for index in indexes if graph.kind(index) is EntityKind.SUPPLY_SOURCE)
    return frozenset(
        index
        for index in supplies
        if any(
            graph.get(ReceivingPoint, point).undervoltage_release
            for point in graph.sources(index, RelationshipKind.FED_BY)
        )
    )
