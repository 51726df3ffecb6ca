"""Circles of containment: which links close one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable


def circular(links: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """The links (inner, outer) that lie on a circle; without them nothing is contained in itself.

    Peels off, again and again, what nothing is contained in and what is contained in nothing; the rest is circular.
    """
    outer: defaultdict[str, set[str]] = defaultdict(set)
    inner: defaultdict[str, set[str]] = defaultdict(set)
    for low, high in links:
        outer[low].add(high)
        inner[high].add(low)
    for ahead, behind in ((outer, inner), (inner, outer)):
        ready = [node for node in behind if not ahead.get(node)]
        while ready:
            node = ready.pop()
            for other in behind.pop(node, ()):
                ahead[other].discard(node)
                if not ahead[other]:
                    ready.append(other)
    return {(low, high) for low, highs in outer.items() for high in highs}
