"""What may differ between two answers, and why: the whole list, which every report repeats.

A mask hides a difference, never a value: where two trees say the same, nothing is hidden. How often each was needed is
counted. Differences of words are not only hidden but listed, old beside new, for a person to read.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from tests.compare.difference import Difference, What
from tests.compare.operation import Operation

EVERYWHERE = frozenset({"cursor", "language", "length", "error id", "messages"})
"""Masks that hold for every request; others only for requests that name them, `request id` where none is sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mask:
    """A permitted difference. In `paths`, `*` is any one step and `**` any number of them."""

    name: str
    why: str
    paths: tuple[str, ...]
    words: bool = False
    """Listed old beside new."""
    any_type: bool = False
    """Holds also where a text became something else; otherwise both must be texts, or both numbers."""
    additions: bool = False
    """Permits what only the new tree has, and nothing else."""
    only: tuple[str, str] | None = None
    """The one pair of old and new that it permits."""


MASKS = (
    Mask(
        name="cursor",
        why="Cursors are opaque. Each tree's own are followed to the next page, and the pages are compared.",
        paths=("body.data.**.cursor", "body.data.**.startCursor", "body.data.**.endCursor"),
    ),
    Mask(
        name="language",
        why="Words come in the asked language, so that caches have to look at it.",
        paths=("headers.vary",),
        only=("Accept", "Accept, Accept-Language"),
    ),
    Mask(
        name="length",
        why="The length of a body follows from the texts in it.",
        paths=("headers.content-length",),
    ),
    Mask(
        name="request id",
        why="Made at random where the request brings none.",
        paths=("headers.x-request-id",),
    ),
    Mask(
        name="error id",
        why="Made at random for the log.",
        paths=("body.errors.*.extensions.errorId",),
    ),
    Mask(
        name="commit time",
        why="The store's own time of commits that were made while it was compared, and the age that follows from it.",
        paths=("body.data.*.asOf", "body.data.*.ageSeconds"),
    ),
    Mask(
        name="random id",
        why="An assignment without requestId and id gets a random one.",
        paths=("body.data.*.assignment.id",),
    ),
    Mask(
        name="page",
        why="The page for browsers is no answer: that it comes, and how, is compared.",
        paths=("body",),
    ),
    Mask(
        name="additions",
        why="New metrics, vocabularies and facts of readiness may join; none of the old may go or change its place.",
        paths=("body.**",),
        additions=True,
    ),
    Mask(
        name="messages",
        why="Words: what is wrong and what to do. Code, path, details and place stay.",
        paths=("body.errors.*.message", "body.data.**.userErrors.*.message"),
        words=True,
    ),
    Mask(
        name="prose",
        why="Words that become codes with parameters: purpose of a step, reason of who is still out, and of what was "
        "set aside.",
        paths=(
            "body.data.**.steps.*.purpose",
            "body.data.**.stillOut.*.reason",
            "body.data.**.setAside.*.message",
        ),
        words=True,
        any_type=True,
    ),
    Mask(
        name="labels",
        why="Words: Chinese and English terms of kinds and coded values, descriptions, sources as they are cited.",
        paths=(
            "body.data.**.label",
            "body.data.vocabulary.*.description",
            "body.data.vocabulary.*.terms.*.zh",
            "body.data.vocabulary.*.terms.*.en",
            "body.data.vocabulary.*.terms.*.source",
        ),
        words=True,
    ),
)


def masks_of(operation: Operation) -> list[Mask]:
    """The masks that hold for a request."""
    names = EVERYWHERE | operation.masks
    if not any(name.lower() == "x-request-id" for name in operation.headers):
        names |= {"request id"}
    return [mask for mask in MASKS if mask.name in names]


def covering(masks: Iterable[Mask], found: Difference) -> Mask | None:
    """The first mask that permits a difference; None if none does."""
    steps = tuple(map(str, found.path))
    for mask in masks:
        if _permits(mask, found) and any(_fits(tuple(pattern.split(".")), steps) for pattern in mask.paths):
            return mask
    return None


def _permits(mask: Mask, found: Difference) -> bool:
    if mask.only is not None:
        return (found.old, found.new) == mask.only
    if mask.additions:
        return found.what is What.ONLY_NEW
    if mask.any_type:
        return found.what is not What.ORDER
    return found.what is What.VALUE and isinstance(found.old, str) and type(found.old) is type(found.new)


@lru_cache(maxsize=100_000)
def _fits(pattern: tuple[str, ...], steps: tuple[str, ...]) -> bool:
    if not pattern:
        return not steps
    if pattern[0] == "**":
        return _fits(pattern[1:], steps) or (bool(steps) and _fits(pattern, steps[1:]))
    return bool(steps) and pattern[0] in ("*", steps[0]) and _fits(pattern[1:], steps[1:])
