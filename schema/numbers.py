"""Numbers that must not be taken for one another. The type checker keeps them apart; at run time they are ints."""

from __future__ import annotations

from typing import NewType

Revision = NewType("Revision", int)
"""Number of a commit, from 1 without gaps; 0 = before the first."""
Version = NewType("Version", int)
"""Of an entity: the revision of its last change; 0 = it does not exist."""
LoadNumber = NewType("LoadNumber", int)
"""Of a load, from 1; 0 = entered by hand."""

BEFORE_THE_FIRST = Revision(0)
NOT_THERE = Version(0)


def next_revision(revision: Revision) -> Revision:
    """What the commit after a revision makes."""
    return Revision(revision + 1)


def version_at(revision: Revision) -> Version:
    """Version of an entity that the commit of a revision changed."""
    return Version(revision)
