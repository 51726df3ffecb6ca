"""Plans speak of what the customer has, name what is operated, and are quick enough for what they save."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

import pytest

from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.snapshot import Snapshot
from graph_api.services.readiness.finding_kinds import FindingKind
from graph_api.services.readiness.findings import findings
from schema import customer, plan
from schema.batch import GraphBatch
from schema.entity import Entity
from schema.grid import Switch
from schema.relationships import RelationshipKind
from schema.vocabulary import EmergencySourceType, ResponsibilityRole, SupplyState, TransferMode
from tests.seeds.test_city import of, targets


class Case(NamedTuple):
    """One important customer: its number, its procedures with steps in order, and what is recorded of it."""

    number: int
    procedures: dict[SupplyState, plan.Procedure]
    steps: dict[SupplyState, list[plan.ProcedureStep]]
    items: list[plan.PreparationItem]
    stops: list[plan.Waypoint]
    version: plan.PlanVersion
    supplies: list[customer.SupplySource]
    point: customer.ReceivingPoint
    loads: dict[str, customer.Load]
    sources: list[customer.EmergencySource]
    access: bool

    @property
    def every_step(self) -> Iterator[plan.ProcedureStep]:
        return (step for steps in self.steps.values() for step in steps)

    @property
    def words(self) -> str:
        """All that the plan says."""
        return "\n".join(
            [*(step.text for step in self.every_step), *(item.text for item in self.items)]
            + [stop.text or "" for stop in self.stops]
        )

    def source(self, kind: EmergencySourceType) -> customer.EmergencySource | None:
        return next((each for each in self.sources if each.source_type is kind), None)


@pytest.fixture(scope="module")
def things(city: GraphBatch) -> dict[str, Entity]:
    return {each.id: each for each in city.entities}


@pytest.fixture(scope="module")
def acts_on(city: GraphBatch) -> dict[str, list[str]]:
    return targets(city, RelationshipKind.ACTS_ON)


@pytest.fixture(scope="module")
def cases(city: GraphBatch, things: dict[str, Entity]) -> list[Case]:
    kinds = RelationshipKind
    links = {
        kind: targets(city, kind)
        for kind in (kinds.HAS_PROCEDURE, kinds.HAS_STEP, kinds.FED_BY, kinds.HAS_PREPARATION, kinds.HAS_WAYPOINT)
    }

    def led(kind: RelationshipKind, source: str) -> list:
        return [things[target] for target in links[kind].get(source, [])]

    loads: dict[str, dict[str, customer.Load]] = {}
    for load in of(city, customer.Load):
        loads.setdefault(number_of(load.id), {})[load.id] = load
    found = []
    for version in of(city, plan.PlanVersion):
        code = number_of(version.id)
        procedures = {each.state: each for each in led(kinds.HAS_PROCEDURE, version.id)}
        point = things[f"LJ:RP:C{code}"]
        assert isinstance(point, customer.ReceivingPoint)
        found.append(
            Case(
                number=int(code),
                procedures=procedures,
                steps={
                    state: sorted(led(kinds.HAS_STEP, each.id), key=lambda step: step.order)
                    for state, each in procedures.items()
                },
                items=led(kinds.HAS_PREPARATION, version.id),
                stops=led(kinds.HAS_WAYPOINT, f"LJ:GUIDE:C{code}"),
                version=version,
                supplies=led(kinds.FED_BY, point.id),
                point=point,
                loads=loads.get(code, {}),
                sources=[each for each in of(city, customer.EmergencySource) if number_of(each.id) == code],
                access=f"LJ:AP:C{code}" in things,
            )
        )
    assert len(found) == 173  # and one who is to get a plan
    return found


def number_of(thing: str) -> str:
    [code] = re.findall(r":C(\d+)", thing)
    return str(code)


def test_every_step_says_who_does_what_and_who_is_told(cases: list[Case]) -> None:
    for case in cases:
        for step in case.every_step:
            assert step.role is not None, step
            assert step.confirm_back, step
            assert "或" not in step.text, "the generator knows which"
            assert step.condition is None or step.condition.startswith("若")
            assert not step.text.startswith("若"), "a condition stands apart"
            assert step.time_limit_s is not None or re.search(r"\d+ 分钟内|逐", step.text), step


def test_steps_are_in_order_of_time(cases: list[Case]) -> None:
    for case in cases:
        for steps in case.steps.values():
            limits = [step.time_limit_s for step in steps]
            timed = [limit for limit in limits if limit is not None]
            assert limits == sorted(timed) + [None] * (len(limits) - len(timed)), case.number


def test_a_switch_that_is_operated_is_named(
    cases: list[Case], things: dict[str, Entity], acts_on: dict[str, list[str]]
) -> None:
    operated = 0
    for case in cases:
        for step in case.every_step:
            for thing in (things[each] for each in acts_on.get(step.id, [])):
                if isinstance(thing, Switch):
                    named = thing.name.rsplit("）", 1)[-1] or thing.name
                    own = re.search(r"(\d号进线柜|母联柜)9\d\d断路器$", thing.name)
                    assert (own[0] if own else named) in step.text, step
                    operated += 1
            if step.role is ResponsibilityRole.CUSTOMER_ELECTRICIAN and re.search("拉开|合上", step.text):
                assert re.search(r"9\d\d断路器", step.text), step
    assert operated > 1000


def test_one_supply_has_no_reduced_reliability(cases: list[Case]) -> None:
    single = [case for case in cases if len(case.supplies) == 1]
    assert len(single) > 20
    for case in cases:
        alone = len(case.supplies) == 1
        assert (SupplyState.DEGRADED in case.procedures) is not alone
        assert (case.version.note == "单电源供电，无可靠性下降程序") is alone
        follows = {state: each.followed_by for state, each in case.procedures.items()}
        assert follows[SupplyState.NORMAL] is None
        assert follows[SupplyState.LOST] is (SupplyState.NORMAL if alone else SupplyState.DEGRADED)
        assert follows.get(SupplyState.DEGRADED, SupplyState.NORMAL) is SupplyState.NORMAL
        lost = case.procedures[SupplyState.LOST].name
        assert ("双回路" in lost) is (len(case.supplies) == 2)
        if len(case.supplies) == 3:
            degraded = "".join(step.text for step in case.steps[SupplyState.DEGRADED])
            assert "一路电源供电" not in degraded, "two are still live"


def test_a_plan_speaks_of_sources_that_there_are(cases: list[Case]) -> None:
    for case in cases:
        genset, ups = case.source(EmergencySourceType.GENSET), case.source(EmergencySourceType.UPS)
        steps = "\n".join(step.text for step in case.every_step)
        if genset is None:
            assert "kW 发电机" not in steps, case.number
            assert "自备发电机" not in steps
        if ups is None:
            assert "UPS" not in case.words, case.number
        if genset is not None and genset.automatic and genset.in_service:
            assert "发电机自启动" in steps, "nobody starts what starts by itself"
            assert f"若{genset.start_seconds:g} 秒未自启动" in [step.condition for step in case.every_step]
        if genset is not None and not genset.automatic and genset.in_service:
            assert f"启动 {genset.kw:g} kW 发电机" in steps


def test_no_truck_without_a_place_to_connect_it(cases: list[Case]) -> None:
    assert len([case for case in cases if not case.access]) > 80
    for case in cases:
        roles = {step.role for step in case.every_step}
        assert (ResponsibilityRole.EMERGENCY_POWER in roles) is case.access, case.number
        assert ("应急接入箱" in case.words) is case.access
        assert len(case.stops) == (4 if case.access else 2)
        missing = [item for item in case.items if item.name == "补充核实"]
        assert missing or case.access, "what is not recorded is an item of preparation"


def test_patrols_go_where_the_line_is(cases: list[Case]) -> None:
    for case in cases:
        overhead = [supply for supply in case.supplies if supply.incoming == "架空线转电缆"]
        [patrol] = [
            step.text for step in case.steps[SupplyState.NORMAL] if step.role is ResponsibilityRole.LINE_MAINTENANCE
        ]
        assert ("架空线路" in patrol) is bool(overhead), patrol
        assert ("环网柜" in patrol) is (len(overhead) < len(case.supplies)), patrol


def bridged(case: Case, city: GraphBatch) -> set[str]:
    backs = targets(city, RelationshipKind.BACKS)
    own = [each for each in case.sources if each.automatic and each.in_service]
    return {load for each in own for load in backs[each.id]}


def test_hands_are_quicker_than_harm(cases: list[Case], city: GraphBatch) -> None:
    """A change-over or a start by hand is done before a load may be out that nothing bridges until then."""
    checked = 0
    for case in cases:
        limits = [
            load.permitted_interruption_s
            for load in case.loads.values()
            if load.permitted_interruption_s
            and load.permitted_interruption_s > 60
            and load.id not in bridged(case, city)
        ]
        for step in case.every_step:
            by_hand = re.match(r"(经值班调度员许可，)?(检查1号进线确无电压，)?拉开|启动 \d+ kW", step.text)
            if by_hand and limits and step.time_limit_s is not None:
                assert step.time_limit_s < min(limits), (case.number, step)
                checked += 1
    assert checked > 30


def test_dispatchers_act_and_customers_ask_leave(cases: list[Case]) -> None:
    for case in cases:
        for state, steps in case.steps.items():
            texts = {step.role: "".join(each.text for each in steps if each.role is step.role) for step in steps}
            if state is SupplyState.NORMAL:
                continue
            assert "停送电联系人" in texts[ResponsibilityRole.DISPATCHER], "who is told before supply comes or goes"
            assert re.search("隔离故障|转供|合上", texts[ResponsibilityRole.DISPATCHER])
            if case.point.transfer is TransferMode.MANUAL and state is SupplyState.DEGRADED:
                assert "许可客户切换" in texts[ResponsibilityRole.DISPATCHER]
            assert "回访" in steps[-1].text


def test_who_wrote_reviewed_and_approved_are_people(cases: list[Case]) -> None:
    for case in cases:
        version = case.version
        assert version.written_by is not None
        assert version.written_by.endswith("（大客户经理）")
        assert (version.reviewed_by is None) is (version.approved_on is None) is (version.approved_by is None)
    assert len({case.version.version for case in cases}) > 2


def contradicted(cases: list[Case], things: dict[str, Entity], acts_on: dict[str, list[str]]) -> dict[int, set[str]]:
    """Customers whose plan the state of things contradicts, and how; a few on purpose."""
    found: dict[int, set[str]] = {}
    for case in cases:
        for step in case.every_step:
            for thing in (things[each] for each in acts_on.get(step.id, [])):
                if not isinstance(thing, customer.EmergencySource):
                    continue
                if not thing.in_service:
                    found.setdefault(case.number, set()).add("out of service")
                if thing.source_type is EmergencySourceType.UPS and step.text.startswith("启动"):
                    found.setdefault(case.number, set()).add("starts what runs by itself")
    return found


def test_plans_that_the_state_of_things_contradicts(
    cases: list[Case], things: dict[str, Entity], acts_on: dict[str, list[str]]
) -> None:
    assert contradicted(cases, things, acts_on) == {
        6: {"out of service"},
        57: {"out of service"},
        139: {"out of service"},
        11: {"starts what runs by itself"},
        95: {"starts what runs by itself"},
    }
    broken = {case.number for case in cases if any(not each.in_service for each in case.sources)}
    assert broken > {6, 57, 139}, "the others' plans do not count on it"


def test_readiness_names_what_is_wrong_on_purpose(city: GraphBatch) -> None:
    model = ReadModel.build(Snapshot.of(city.entities, city.relationships))
    found: dict[FindingKind, set[int]] = {}
    for each in findings(model, datetime(2026, 11, 23, 4, tzinfo=UTC)):
        number = int(model.graph.id(each.customer).removeprefix("LJ:CUS:"))
        found.setdefault(each.kind, set()).add(number)
    assert found[FindingKind.STEP_CONTRADICTED] == {6, 11, 57, 95, 139}
    assert found[FindingKind.PLAN_MISSING] == {43, 86, 129, 147, 172}
    assert {5, 6} <= found[FindingKind.ROLE_GAP]
    assert FindingKind.PROCEDURE_MISSING not in found
    assert FindingKind.STEP_INCOMPLETE not in found
