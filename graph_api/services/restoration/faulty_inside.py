"""Inside a customer (客户内部故障): what is healthy there is parted from the fault first, so that it can be fed again.

    S1 - SB1/ - IB1! - SB3 - IB2 - SB2/ - S2      SB1 tripped on the fault of IB1: SB3 is opened, then SB2 can be closed
"""  # fmt: skip

from __future__ import annotations

from graph_api.services.restoration.building import Building
from graph_api.services.restoration.making_safe import edges_with_a_source
from graph_api.services.restoration.play import Unsafe
from graph_api.services.restoration.wording import StepPurpose


def part_inside(plan: Building) -> None:
    """Open the customer's switches at the edge of the faulty part that a supply or a usable switch lies behind."""
    if not plan.case.faulty_customers:
        return
    for joint in list(edges_with_a_source(plan, ())):
        if joint.inside:
            try:
                plan.open_first(joint.switch, StepPurpose.ISOLATE)
            except Unsafe:
                continue  # it is made safe later, once what lies beyond is open
