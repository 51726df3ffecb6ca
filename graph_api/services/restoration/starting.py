"""Before an event (事前): receiving points as a plan finds them, with what a release held open already."""

from __future__ import annotations

from dataclasses import replace

from graph_api.readmodel.customers import Point
from graph_api.services.outage.releases import held_before, released
from graph_api.services.outage.situation import Situation
from graph_api.services.outage.supply_state import GridState
from graph_api.services.restoration.at_customers import IsLive, PointPlay, after_loss, play_of


def point_before(situation: Situation, point: Point, is_live: IsLive) -> PointPlay:
    """A point before the event."""
    play = play_of(situation.before, point)
    if not play.releases:
        return after_loss(play, is_live, ())
    held = held_before(situation).intersection(supply.index for supply in point.supplies)
    return after_loss(replace(play, released=held) if held else play, is_live, ())


def fallen_again(situation: Situation, play: PointPlay, at_loss: PointPlay, is_live: IsLive) -> PointPlay:
    """A point with what its release has opened since the loss, though it was closed in between; `is_live` at the
    loss."""
    if not play.releases or not situation.course:
        return play
    state = GridState(is_live, held=at_loss.released)
    return replace(play, released=play.released | released(situation, (play.point,), state))
