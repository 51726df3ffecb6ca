"""The plan (恢复方案): steps with their times, everybody whom the event hit in exactly one account, the cut."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from graph_api.readmodel.things import Thing, Things
from graph_api.readmodel.topology import Assumption
from graph_api.services.outage.dead_before import DeadBefore
from graph_api.services.outage.situation import Situation
from graph_api.services.restoration.growing import Objective
from graph_api.services.restoration.wording import PlanLimit, StepAction, StepPurpose, StillOutReason
from schema.vocabulary import ResponsibilityRole


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanStep:
    """One step: what is done to what (index) by whom, when, and what it brings back.

    Minutes run from the start of the plan, of what is done after the repair from that. `restored` are customers and
    `areas` public areas all of whose loads are fed again after it, `kw` is the power that it feeds again.
    """

    order: int
    action: StepAction
    target: Thing
    doer: ResponsibilityRole
    asked_at: datetime
    """Whoever is on duty then does it."""
    purpose: StepPurpose
    start_min: float
    end_min: float
    track: str
    opens: Things = ()
    closes: Things = ()
    supplies: Things = ()
    restored: Things = ()
    areas: Things = ()
    kw: float = 0.0
    interrupted: Things = ()
    """Of a step after the repair: customers whom it leaves without load for a moment, until a later step, or for
    `interrupted_min`."""
    interrupted_areas: Things = ()
    """The same of public areas."""
    interrupted_min: float | None = None
    """Minutes of that where the step itself ends it: between the opening and the closing of a change-over back."""
    without_interlock: Things = ()
    """Of a step at a customer: receiving points and own sources there that nothing but care keeps apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Back:
    """Who is fed again at which step (0 = before the plan began), after how many minutes, against which deadline."""

    thing: Thing
    step: int
    minute: float
    deadline: datetime | None = None
    at: datetime | None = None

    @property
    def in_time(self) -> bool | None:
        """Whether it is back before harm is done; None where no deadline is known."""
        return None if self.deadline is None or self.at is None else self.at <= self.deadline


@dataclass(frozen=True, slots=True, kw_only=True)
class OnOwn:
    """A customer that its own source (from the loss, step 0) or a mobile generator carries from a step on, and until
    when if known; from a later step where it waits for that one in a world in which its own source does not carry."""

    customer: Thing
    step: int
    until: datetime | None
    sources: Things = ()
    minute: float = 0.0
    at: datetime | None = None
    """When that step is done; None = carried from the loss."""
    deadline: datetime | None = None

    @property
    def in_time(self) -> bool | None:
        """Whether the generator is there before harm is done; None where no deadline is known, or it is the own."""
        return None if self.deadline is None or self.at is None else self.at <= self.deadline


@dataclass(frozen=True, slots=True, kw_only=True)
class StillOut:
    """A customer or public area (index) that the plan leaves without all its loads, and why."""

    thing: Thing
    reason: StillOutReason


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanAccounts:
    """Everybody whom the event hit: each customer and each public area is in exactly one of these."""

    was_not_out: Things
    back: tuple[Back, ...]
    on_own: tuple[OnOwn, ...]
    still_out: tuple[StillOut, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Who is switched off, or fed again: customers that have less, or more, of their loads fed; public areas."""

    customers: Things = ()
    areas: Things = ()
    households: int = 0
    kw: float = 0.0
    """Known power of them all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedChoice:
    """What no plan does by itself: a disconnector tie is closed dead, and people who have power are off meanwhile.

    Whoever decides it sees who falls, for how long, and who is back. It begins when the plan has ended.
    """

    tie: Thing
    steps: tuple[PlanStep, ...]
    interrupted: Share
    interrupted_min: float
    """Minutes for which those are without power, from the opening of the switch that feeds them until its closing."""
    restored: Share
    positions: tuple[Assumption, ...]
    """Positions of switches of the grid when it is done, where they differ from those before the fault."""

    @property
    def harm_kw_min(self) -> float:
        """Power that is switched off for it, times its minutes."""
        return self.interrupted.kw * self.interrupted_min

    @property
    def minutes(self) -> float:
        """From the start of the plan until the dark part is fed."""
        return self.steps[-1].end_min


@dataclass(frozen=True, kw_only=True)
class RestorationPlan:
    """A plan for one objective; `kw` is the power fed again."""

    revision: int
    """Of the graph that it is true of."""
    objective: Objective
    equipment: Things
    """What it was asked about."""
    situation: Situation = field(repr=False)
    starts: datetime
    steps: tuple[PlanStep, ...]
    accounts: PlanAccounts
    cut_out: Things
    """What is cut out until it is repaired, ascending; nodes too."""
    bounded_by: Things
    """Every open switch around it."""
    operated_by: Things
    """Those that steps open to cut it out."""
    feed_ends_at: Things
    """Energy sources that nothing can part from the fault: they stay off with it."""
    positions: tuple[Assumption, ...]
    """Positions of switches of the grid when all is done, where they differ from those before the fault."""
    after_repair: tuple[PlanStep, ...]
    """What is done once it is repaired; minutes run from then on."""
    dead_before: tuple[DeadBefore, ...]
    """What of the things asked about was out of service or without voltage before: it may be why nobody is hit."""
    may_have_tripped: Things
    """Why customers may be missing here: see `trips.may_have_tripped`."""
    limits: tuple[PlanLimit, ...] = ()
    """What of it was not gone through one by one."""
    alternatives: tuple[RestorationPlan, ...] = ()
    """Plans for other objectives that lead to other steps."""
    choices: tuple[NamedChoice, ...] = ()
    """What could be done beyond it by switching off people who have power, who decides it knowing whom."""

    @property
    def operations(self) -> int:
        """Openings and closings of the grid's switches; customers' own are not among them."""
        return len(self._operated) - self.customer_operations

    @property
    def customer_operations(self) -> int:
        """The same of customers' switches, and of supplies that stand for theirs."""
        owns = self.situation.before.customers.accounts.owns
        return sum(map(owns, self._operated))

    @property
    def _operated(self) -> list[int]:
        """What is opened or closed, as often as it is."""
        return [at for step in self.steps for at in (*step.opens, *step.closes)]

    @property
    def kw(self) -> float:
        """Power fed again by all steps."""
        return sum(step.kw for step in self.steps)

    @property
    def restored_count(self) -> int:
        """Customers all of whose loads are fed again."""
        return sum(len(step.restored) for step in self.steps)

    @property
    def still_out(self) -> tuple[StillOut, ...]:
        """Whom it leaves out."""
        return self.accounts.still_out

    @property
    def minutes(self) -> float:
        """Until the last step that feeds anybody."""
        return max((step.end_min for step in self.steps if step.kw or step.restored or step.areas), default=0.0)

    def moment(self, minute: float) -> datetime:
        """A time of it."""
        return self.starts + timedelta(minutes=minute)
