"""Isolation (隔离): cut the fault out with the fewest switches, close again what tripped, and see who is still out.

    [G1] - CB1 - L1 - DS1 - L2 - DS2 - L3 - LS9/ - [G2]      fault on L2: CB1 trips and all is dark
                                                              open DS1 and DS2: L2 is cut out
                                                              close CB1: L1 is back; close LS9: L3 is back
"""  # fmt: skip

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.snapshot import Snapshot
from graph_api.readmodel.topology import Assumption, Outage
from schema.grid import Switch
from schema.vocabulary import SwitchPosition

Ints = npt.NDArray[np.int32]


@dataclass(frozen=True, kw_only=True)
class Isolation:
    """A fault cut out. All numbers are snapshot indexes; arrays ascend and hold ConnectivityNodes, too."""

    faulted: tuple[int, ...]
    """Equipment that is faulty."""
    fault: Outage = field(repr=False)
    """What the fault does before anybody acts."""
    cut: tuple[int, ...]
    """What stays out until it is repaired: the smallest part around the fault that switches can cut out."""
    to_open: tuple[int, ...]
    """Closed switches to open around it, remote ones first; those that tripped are open already."""
    locked_open: tuple[int, ...]
    """Switches around it that tripped, and stay open."""
    to_close: tuple[int, ...]
    """Devices that tripped and bound nothing that is cut out: they are closed again."""
    positions: tuple[Assumption, ...]
    """Positions of switches once the fault is cut out, where they differ from those of now."""
    reclosed: Outage = field(repr=False)
    """The event as it stands when the fault is cut out and what tripped elsewhere is closed again."""

    @property
    def back_by_reclosing(self) -> Ints:
        """What the fault took and cutting it out gives back."""
        return np.setdiff1d(self.fault.lost, self.reclosed.lost).astype(np.int32)

    @property
    def dark(self) -> Ints:
        """What is healthy and still dark: only another supply can bring it back."""
        around = (*self.cut, *self.to_open, *self.locked_open)
        return np.setdiff1d(self.reclosed.lost, np.array(around, np.int32)).astype(np.int32)


def cut_out(
    model: ReadModel,
    faulty: Sequence[int],
    assume: Sequence[Assumption] = (),
    stuck: Collection[int] = (),
    fixed: Collection[int] = (),
) -> Isolation:
    """Cut faulty equipment out."""
    topology = model.topology.assuming(assume)
    fault = model.topology.faulted(faulty, assume, stuck)
    cut, border = topology.cut_out(faulty, {*stuck, *fixed})
    tripped = set(fault.tripped.tolist())
    positions = (*assume, *((at, SwitchPosition.OPEN) for at in border))
    return Isolation(
        faulted=tuple(faulty),
        fault=fault,
        cut=tuple(cut),
        to_open=tuple(sorted((at for at in border if at not in tripped), key=lambda at: ease(model.graph, at))),
        locked_open=tuple(at for at in border if at in tripped),
        to_close=tuple(sorted(tripped.difference(border, cut))),
        positions=positions,
        reclosed=model.topology.opened(cut, positions),
    )


def ease(graph: Snapshot, switch: int) -> tuple[bool, bool, str]:
    """Sort key of how easily a switch is operated: from afar first, then those that may open under load, then by id."""
    entity = graph.get(Switch, switch)
    return (not entity.remote_controlled, not entity.breaks_load, entity.id)
