"""一户一案: one plan per important customer: its version, the procedures of its states, preparation and site guide."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple

from schema import plan
from schema.relationships import RelationshipKind
from schema.vocabulary import Importance, ResponsibilityRole, SupplyState
from seeds import procedures
from seeds.city import PREFIX, City, Point
from seeds.customer_network import load_id
from seeds.guides import guide_rows
from seeds.people import manager, name_of
from seeds.preparation import Item, items
from seeds.row import Row, link
from seeds.scene import WITHOUT_PLAN, Scene
from seeds.specs import CustomerSpec

_VERSIONS = 4


class _Signed(NamedTuple):
    written: str
    reviewed: str
    approved: str


def prepared(city: City, spec: CustomerSpec, place: Point) -> Iterator[Row]:
    """What is laid down for one important customer: what keeps people safe, and the plan, if there is one."""
    scene = Scene(city, spec)
    if spec.number not in WITHOUT_PLAN:
        yield from _plan(scene, place)
    yield _measure(city, spec, scene)


def _plan(scene: Scene, place: Point) -> Iterator[Row]:
    city, spec = scene.city, scene.spec
    me, version = spec.part("PLAN"), spec.part("PLANV")
    yield Row(
        plan.EmergencyPlan(id=me, name=f"{spec.name}一户一案"),
        (*link(RelationshipKind.PLAN_FOR, spec.id), *link(RelationshipKind.HAS_VERSION, version)),
    )
    states = {state: spec.part("PROC", f"-{state}") for state in procedures.states(scene)}
    made = [(spec.part("PREP", f"-{order}"), item) for order, item in enumerate(items(scene), 1)]
    yield Row(
        _version(city, spec, version),
        (
            *link(RelationshipKind.HAS_PROCEDURE, *states.values()),
            *link(RelationshipKind.HAS_GUIDE, spec.part("GUIDE")),
            *link(RelationshipKind.HAS_PREPARATION, *(item_id for item_id, _ in made)),
        ),
    )
    for state, procedure in states.items():
        yield from _procedure(scene, state, procedure)
    yield from _preparation(city, spec, made)
    yield from guide_rows(scene, place)


def _measure(city: City, spec: CustomerSpec, scene: Scene) -> Row:
    """What keeps its people safe without electricity, and who does it."""
    guarded = (load_id(spec, place) for place, load in enumerate(spec.loads) if load.security)
    return Row(
        plan.NonElectricalMeasure(
            id=spec.part("NEM"),
            name=f"{spec.name}非电性质保安措施",
            text=scene.conduct.measure,
            role=ResponsibilityRole.CUSTOMER_DUTY_MANAGER,
            takes_minutes=scene.conduct.measure_minutes,
            checked_on=city.today - timedelta(days=spec.number % 120),
        ),
        link(RelationshipKind.SAFEGUARDS, spec.id, *(guarded if scene.known else ())),
    )


def _version(city: City, spec: CustomerSpec, version: str) -> plan.PlanVersion:
    dice = city.dice(f"plan {spec.number}")
    approved = city.today - timedelta(days=dice.randint(30, 1000))
    draft = spec.number % 43 == 0
    number, signed = 1 + spec.number % _VERSIONS, _signed(city, spec)
    return plan.PlanVersion(
        id=version,
        name=f"{spec.name}一户一案 第 {number} 版",
        version=number,
        written_by=signed.written,
        reviewed_by=None if draft else signed.reviewed,
        approved_by=None if draft else signed.approved,
        approved_on=None if draft else approved,
        review_due=approved + timedelta(days=730),
        drilled_on=city.today - timedelta(days=dice.randint(10, 400)),
        note="单电源供电，无可靠性下降程序" if len(spec.supplies) == 1 else None,
    )


def _signed(city: City, spec: CustomerSpec) -> _Signed:
    """Who wrote, reviewed and approved it: the highest classes go to the head of the leading group."""
    written = f"{name_of(city, manager(spec.supplies[0].line.station, spec.number))}（大客户经理）"
    head, office, operation = (name_of(city, f"{PREFIX}:PER:LEAD{number}") for number in (1, 2, 3))
    if spec.importance in (Importance.SPECIAL, Importance.FIRST):
        return _Signed(written, f"{office}（应急办主任）", f"{head}（保供电领导小组组长）")
    return _Signed(written, f"{operation}（配电运检中心主任）", f"{office}（应急办主任）")


def _procedure(scene: Scene, state: SupplyState, procedure: str) -> Iterator[Row]:
    frame, steps = procedures.frame(scene, state), procedures.steps(scene, state)
    ids = [f"{procedure}-{order}" for order in range(1, len(steps) + 1)]
    yield Row(
        plan.Procedure(
            id=procedure,
            name=f"{scene.spec.name}{frame.name}",
            state=state,
            trigger=frame.trigger,
            exit=frame.exit,
            followed_by=frame.followed_by,
        ),
        link(RelationshipKind.HAS_STEP, *ids),
    )
    for order, (step_id, step) in enumerate(zip(ids, steps, strict=True), 1):
        yield Row(
            plan.ProcedureStep(
                id=step_id,
                order=order,
                text=step.text,
                condition=None if step.condition is None else f"若{step.condition}",
                role=step.role,
                time_limit_s=None if step.minutes is None else step.minutes * 60,
                confirm_back=step.confirm,
            ),
            link(RelationshipKind.ACTS_ON, *step.acts_on),
        )


def _preparation(city: City, spec: CustomerSpec, made: list[tuple[str, Item]]) -> Iterator[Row]:
    dice = city.dice(f"preparation {spec.number}")
    for order, (item_id, item) in enumerate(made, 1):
        done = None if item.name == "补充核实" else city.today - timedelta(days=dice.randint(1, 200))
        yield Row(
            plan.PreparationItem(
                id=item_id,
                name=item.name,
                order=order,
                text=item.text,
                role=item.role,
                done_on=done,
                note=f"周期：{item.cycle}",
            )
        )
