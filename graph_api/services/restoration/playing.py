"""Playing (推演操作): an operation of a plan done on a play."""

from __future__ import annotations

from graph_api.services.restoration.operations import Operation
from graph_api.services.restoration.play import Gain, Play
from graph_api.services.restoration.wording import StepAction


def perform(play: Play, operation: Operation) -> Gain:
    """Do an operation on a play. Raises Unsafe."""
    if operation.action is StepAction.TRANSFER and operation.change is not None and operation.point is not None:
        return play.change_over(operation.point, operation.change)
    if operation.action in (StepAction.RELEASE, StepAction.CLOSE) and operation.point is not None:
        return play.release(operation.point, operation.supplies)
    if operation.action is StepAction.GENERATOR and operation.point is not None:
        return play.feed_by_truck(operation.point, operation.nodes)
    if operation.action is StepAction.OPEN and operation.point is not None:
        return play.open_inside(operation.point, operation.opens)
    if operation.action is StepAction.LOCK:
        return play.lock(operation.target)
    if operation.opens or operation.closes:
        return play.operate(operation.opens, operation.closes)
    return Gain((), (), 0.0)
