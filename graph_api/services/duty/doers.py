"""Doers (执行人): who does a step of a procedure at a time, and who stands in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from graph_api.readmodel.snapshot import Snapshot
from graph_api.readmodel.things import Thing
from graph_api.services.duty.calling import RoleAnswer, role_answers
from graph_api.services.duty.responsibility import Responsibilities, ResponsibilityRow
from schema.calling import STANDS_IN
from schema.plan import NonElectricalMeasure, ProcedureStep
from schema.relationships import RelationshipKind
from schema.vocabulary import GapReason, ResponsibilityRole


def doer_of(graph: Snapshot, tables: Responsibilities, step: int) -> RoleAnswer | None:
    """Of the role that a step names: whom to call, by what the step acts on, else by what its plan is for.

    None for a step that names no role; a gap where nobody holds it.
    """
    role = graph.get(ProcedureStep, step).role
    if role is None:
        return None
    concerned = [*graph.targets(step, RelationshipKind.ACTS_ON), *subjects_of(graph, step)]
    return held_by(tables, role, concerned or [step])


def measure_doer(graph: Snapshot, tables: Responsibilities, measure: int) -> RoleAnswer | None:
    """Of the role that a non-electrical measure names: whom to call, by what it keeps safe; None without a role."""
    role = graph.get(NonElectricalMeasure, measure).role
    if role is None:
        return None
    return held_by(tables, role, list(graph.targets(measure, RelationshipKind.SAFEGUARDS)) or [measure])


def held_by(tables: Responsibilities, role: ResponsibilityRole, concerned: Sequence[Thing]) -> RoleAnswer:
    """Of a role: whom to call, by the first of these things for which anybody holds it.

    Where nobody of it can be reached, who finds or sends somebody (`STANDS_IN`), in a role of its own. The gap stays
    where it is held, but not to be reached, and where there is nobody at all.
    """
    held = _held(tables, role, concerned)
    if held is not None and held.first.gap is None:
        return held
    others = (_held(tables, called.role, concerned) for called in STANDS_IN.get(role, ()))
    other = next((answer for answer in others if answer is not None and answer.first.gap is None), None)
    if other is not None:
        return replace(other, role=role, gap=None if held is None else held.first.gap)
    nobody = ResponsibilityRow(role=role, through=concerned[0], distance=0, gap=GapReason.NOBODY)
    return held or RoleAnswer(role=role, first=nobody, deputy=None, gap=GapReason.NOBODY)


def _held(tables: Responsibilities, role: ResponsibilityRole, concerned: Sequence[Thing]) -> RoleAnswer | None:
    """By the first of some things for which anybody holds a role; None = nobody does."""
    answers = (answer for at in concerned for answer in role_answers(tables.of(at, frozenset([role]))))
    return next((answer for answer in answers if answer.first.assignment is not None), None)


def subjects_of(graph: Snapshot, step: int) -> Iterator[Thing]:
    """The customers, stations or feeders that the plan of a step is for."""
    for procedure in graph.sources(step, RelationshipKind.HAS_STEP):
        for version in graph.sources(procedure, RelationshipKind.HAS_PROCEDURE):
            for plan in graph.sources(version, RelationshipKind.HAS_VERSION):
                yield from graph.targets(plan, RelationshipKind.PLAN_FOR)
