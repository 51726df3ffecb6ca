"""Fingerprints as they were made before commands had a canonical form (旧指纹); frozen, do not change a byte.

Until then a request was told by Python's text of a dataclass of that time. Stores keep requests for 30 days, so a retry
may come whose first sending was stored under such a fingerprint: it is recognised by what is made here, and nothing
is stored under it any more. This module may go 30 days after every store was last written by a program without
`Command.fingerprint` (version 0.1.0 before this change).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from enum import Enum

from graph_api.commands.assignments import EndAssignment, UpsertAssignment
from graph_api.commands.command import Command
from graph_api.commands.switching import SetSwitchPosition


def earlier_fingerprint(settled: Command) -> bytes | None:
    """The 16 bytes that stood for a settled command; None for one that did not exist then."""
    if isinstance(settled, SetSwitchPosition):
        return _digest(_position_report(settled))
    if isinstance(settled, UpsertAssignment):
        return _digest(_assignment_wish(settled))
    if isinstance(settled, EndAssignment):
        return _digest(f"AssignmentEnd(id={_text(settled.id)}, at={_moment(settled.at)})")
    return None


def _position_report(asked: SetSwitchPosition) -> str:
    fields = (
        f"switch={_text(asked.switch)}",
        f"position={_term('SwitchPosition', asked.position)}",
        f"by={_text(asked.by)}",
        f"source={_text(asked.source)}",
        f"at={_moment(asked.at)}",
    )
    return f"PositionReport({', '.join(fields)})"


def _assignment_wish(asked: UpsertAssignment) -> str:
    fields = (
        f"id={_text(asked.id)}",
        f"role={_term('ResponsibilityRole', asked.role)}",
        f"covers={_texts(asked.covers)}",
        f"person={_text(asked.person)}",
        f"team={_text(asked.team)}",
        f"rank={_term('Rank', asked.rank)}",
        f"valid_from={_moment(asked.valid_from)}",
        f"valid_to={_moment(asked.valid_to)}",
    )
    return f"AssignmentWish({', '.join(fields)})"


def _text(value: str | None) -> str:
    return repr(None if value is None else str(value))


def _texts(values: Iterable[str]) -> str:
    return repr(tuple(map(str, values)))


def _term(vocabulary: str, term: Enum) -> str:
    return f"<{vocabulary}.{term.name}: {str(term.value)!r}>"


def _moment(value: datetime | None) -> str:
    """With the zone it was sent with, as Python shows it: the same moment in another zone was another request."""
    return repr(value)


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "backslashreplace"), digest_size=16).digest()
