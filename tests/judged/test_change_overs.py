"""Nights with change-overs, judged: a customer changes over and back by record while other supplies fall and return.

    G1 - CB1 - L1! - S1>C1      G2 - CB2 - L2 - S2>C1:standby      G3 - CB3 - L3 - S3>C1:standby

After every act impact and plan are held against the independent model, with bays recorded inside and without.
"""  # fmt: skip

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import pytest

from graph_api.services.outage.event import Event
from graph_api.services.restoration.planning import best_plan
from tests.judged.impact import judged
from tests.judged.nets import START, at, model_of
from tests.judged.plans import told
from tests.judged.random_nights import ELSEWHERE
from tests.judged.test_plans import wrong
from tests.truth.drawing import draw
from tests.truth.net import Net
from tests.truth.nights import with_reports
from tests.truth.plan import Code
from tests.truth.worlds import Event as Asked

FEEDERS = "".join(
    f"source G{n} a{n}\nbreaker CB{n} a{n} b{n}\nline L{n} b{n} c{n}\nfeeder F{n} CB{n} b{n}\n" for n in (1, 2, 3)
)
OTHERS_TRIPS = {Code.RETURN_AWAY, Code.RETURN_DARK}
"""What tripped on another fault is not this plan's to close again after the repair."""


def drawing(chance: random.Random) -> tuple[Net, dict[int, str]]:
    """A customer with two or three supplies, and what stands for the incoming switch of each."""
    mode, wired = chance.choice(["MANUAL", "AUTOMATIC", "NONE"]), chance.random() < 0.5
    release = " release" if chance.random() < 0.6 else ""
    numbers = (1, 2, 3) if chance.random() < 0.3 else (1, 2)
    bays = " bays=" + ",".join(f"Q{n}" for n in numbers[1:]) if wired else ""
    lines = ["consumer A1 c1 kw=10 households=1", "customer C1 SECOND name=c1"]
    lines += [f"point R1 C1 {mode} kw=60{release}{bays}"]
    for n in numbers:
        lines.append(f"supply S{n} R1 c{n}{f' x{n}' if wired else ''}{' STANDBY' if n > 1 else ''}")
        lines += [f"bay Q{n} x{n} k{' open' if n > 1 else ''}"] if wired else []
    lines += ["bus KB k", "load O1 R1 k kw=60"] if wired else []
    return draw(FEEDERS + "\n".join(lines)), {n: f"{'Q' if wired else 'S'}{n}" for n in numbers}


@dataclass
class Night:
    """CB1 has tripped on L1, and acts are recorded, one a minute."""

    chance: random.Random
    net: Net
    switch: dict[int, str]
    log: list[str] = field(default_factory=list)
    on: int = 1
    live: dict[str, bool] = field(default_factory=lambda: {"CB2": True, "CB3": True})

    def act(self, second: float) -> None:
        """A change-over, one switch of the customer alone, or another feeder that trips or comes back."""
        opens, closes, what = tuple[str, ...](), tuple[str, ...](), self.chance.random()
        if what < 0.55:
            to = self.chance.choice([n for n in self.switch if n != self.on])
            opens, closes, self.on = (self.switch[self.on],), (self.switch[to],), to
        elif what < 0.75:
            one = (self.switch[self.on],)
            opens, closes = (one, ()) if what < 0.65 else ((), one)
        else:
            breaker = self.chance.choice(["CB2", "CB2", "CB3"])
            self.live[breaker] = not self.live[breaker]
            opens, closes = ((), (breaker,)) if self.live[breaker] else ((breaker,), ())
        self.log.append(f"open {opens} close {closes}")
        self.net = with_reports(self.net, opens, closes, second)

    def wrong(self, second: float) -> Iterator[str]:
        """What impact and plan say otherwise than the model."""
        shifted = replace(self.net, reports=tuple(replace(r, at=r.at + START.timestamp()) for r in self.net.reports))
        model = model_of(self.net)
        index = model.graph.index
        event = Event(things=(index("L1"),), at=at(second), since=at(0.0), tripped=(index("CB1"),))
        yield from (str(each) for each in judged(model, shifted, event) if each.kind not in ELSEWHERE)
        asked = Asked(things=("L1",), since=0.0, tripped=frozenset({"CB1"}))
        found = wrong(self.net, "L1", told(model, best_plan(model, event)), second, asked)
        yield from (f"plan: {each}" for each in found if each.code not in OTHERS_TRIPS)


def wrong_nights(seeds: range) -> dict[int, list[str]]:
    """The first act of each night after which anything is wrong."""
    found: dict[int, list[str]] = {}
    for seed in seeds:
        chance = random.Random(seed)
        net, switch = drawing(chance)
        night = Night(chance, with_reports(net, ("CB1",), (), 0.0), switch)
        for number in range(1, chance.randint(1, 6) + 1):
            night.act(60.0 * number)
            if complaints := list(night.wrong(60.0 * number + 1)):
                found[seed] = [*night.log, *complaints]
                break
    return found


def test_nights_with_change_overs() -> None:
    assert wrong_nights(range(80)) == {}


@pytest.mark.slow
def test_many_nights_with_change_overs() -> None:
    assert wrong_nights(range(80, 600)) == {}
