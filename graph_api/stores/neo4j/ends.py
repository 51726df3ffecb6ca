"""Checks of what a batch would leave behind: every relationship has both ends, of kinds that the schema allows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from graph_api.errors import DanglingRelationship, InvalidInput
from schema.registry import EntityKind
from schema.relationships import ENDS, RelationshipKey
from schema.words import say

_SHOWN = 20

KindOf = Callable[[str], EntityKind | None]


def check_ends(links: Iterable[RelationshipKey], kind_of: KindOf) -> None:
    """Raise DanglingRelationship or InvalidInput for the first bad relationship, naming up to 20."""
    bad = []
    for link in links:
        source, target = kind_of(link.source), kind_of(link.target)
        ends = ENDS[link.kind]
        if source not in ends.sources or target not in ends.targets:
            bad.append(link)
            if len(bad) == _SHOWN:
                break
    if bad:
        _refuse(bad, kind_of)


def _refuse(bad: Sequence[RelationshipKey], kind_of: KindOf) -> None:
    shown = [[link.source, link.kind.value, link.target, link.key] for link in bad]
    for link in bad:
        missing = [id for id in (link.source, link.target) if kind_of(id) is None]
        if missing:
            raise DanglingRelationship(
                say(
                    "{kind} from {source!r} to {target!r}: {missing!r} is neither in the store nor in the "
                    "batch; put it first or leave the relationship out.",
                    kind=link.kind,
                    source=link.source,
                    target=link.target,
                    missing=missing[0],
                ),
                missing=missing,
                relationships=shown,
            )
    first = bad[0]
    raise InvalidInput(
        say(
            "{kind} may not lead from {source} ({source_id!r}) to {target} ({target_id!r}); the schema "
            "reference lists the allowed ends.",
            kind=first.kind,
            source=kind_of(first.source),
            source_id=first.source,
            target=kind_of(first.target),
            target_id=first.target,
        ),
        relationships=shown,
    )
