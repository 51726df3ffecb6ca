"""The guard against mass removal: what a load may take away without being asked back."""

from __future__ import annotations

from graph_api.commands.difference import Comparison
from graph_api.errors import InvalidInput
from schema.registry import EntityKind
from schema.words import Sentence, joined, say

SHARE = 0.2
COUNT = 10
"""A load that would remove more than both this share and this number of a system's entities needs `force`."""
KIND_SHARE = 0.5
"""So does one that would halve a kind: take at least this share, and more than one thing; or empty it, even of one.

What the load adds takes the place of what goes: a single thing under a new id is no emptied kind.

A kind of relationship counts net of those that the load adds, and from more than COUNT: rewiring removes nothing. Those
that other systems put in and that go with their ends are judged apart.
"""
_LEAST = {EntityKind.IDENTIFIER_MAPPING: COUNT}
"""Of a kind that a load halves or empties: more than this many. Terminals of CIM cut off are a few such mappings."""


def mass_removal(system: str, comparison: Comparison) -> InvalidInput | None:
    """Why a load that removes this much needs `force`; None if it does not."""
    gone, size = comparison.difference.removed, comparison.size_of_system()
    links, links_before = comparison.links_lost(), comparison.links_before
    removed, before = gone.total(), size.total()
    kinds = [kind for kind in gone if _is_much(kind, gone[kind], size[kind], comparison.difference.added[kind])]
    halved = [kind for kind in links if _is_halved(links[kind], links_before[kind])]
    others, others_before = comparison.others_lost, comparison.others_before
    of_others = [kind for kind in others if _is_halved(others[kind], others_before[kind])]
    if not kinds and not halved and not of_others and (removed <= COUNT or removed <= SHARE * before):
        return None
    told = [_told(kind.label, kind.zh, gone[kind], size[kind]) for kind in kinds or list(gone)]
    told += [_told(kind.value, kind.zh, links[kind], links_before[kind]) for kind in halved]
    told += [
        say("{told}, of other systems", told=_told(kind.value, kind.zh, others[kind], others_before[kind]))
        for kind in of_others
    ]
    return InvalidInput(
        say(
            "This load would remove {removed:,} of the {before:,} things that earlier loads of "
            "{system!r} put in, and {links:,} relationships ({kinds}). Is the export complete? If it is, load with "
            "--force; if it is another system's, name it with --system.",
            removed=removed,
            before=before,
            system=system,
            links=comparison.difference.links_removed,
            kinds=joined(told),
        ),
        removed=removed,
        before=before,
        kinds={kind.value: gone[kind] for kind in kinds},
    )


def _is_much(kind: EntityKind, gone: int, size: int, added: int) -> bool:
    """Whether it halves a kind, or empties it without putting something in its place."""
    least = _LEAST.get(kind, 0 if gone == size and not added else 1)
    return gone > least and gone >= KIND_SHARE * size


def _is_halved(gone: int, before: int) -> bool:
    return gone > COUNT and gone >= KIND_SHARE * before


def _told(label: str, zh: str, gone: int, size: int) -> Sentence:
    return say("{label} {zh}: {gone:,} of {size:,}", label=label, zh=zh, gone=gone, size=size)
