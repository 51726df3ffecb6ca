"""处置程序: what is done in each supply state, step by step, from what is recorded of the customer.

Every step names its object by its full name and says who does it, in what time, and who is told. What is not recorded
makes no step but an item of preparation. First what saves life and plant, then information, then repair.
"""

from __future__ import annotations

import math

from schema.vocabulary import SupplyState
from seeds.procedures.degraded import degraded
from seeds.procedures.frame import Frame, frame, states
from seeds.procedures.lost import lost
from seeds.procedures.normal import normal
from seeds.procedures.step import Step, patrolled, trench
from seeds.scene import Scene

__all__ = ["Frame", "Step", "frame", "patrolled", "states", "steps", "trench"]


def steps(scene: Scene, state: SupplyState) -> list[Step]:
    """The steps of a procedure, in order of time; what is done once supply is back comes last."""
    made = {SupplyState.NORMAL: normal, SupplyState.DEGRADED: degraded, SupplyState.LOST: lost}[state](scene)
    return sorted(made, key=lambda step: math.inf if step.minutes is None else step.minutes)
