"""Documents that the service keeps beside the graph: the rule that both stores hold."""

from __future__ import annotations

from graph_api.errors import Conflict
from schema.words import say


def next_version(name: str, version: int, at_version: int) -> int:
    """The version of a document after it is written over `version`; Conflict if the writer read another one."""
    if version != at_version:
        raise Conflict(
            say(
                "{name!r} is at version {actual}, not at {expected}: somebody changed it meanwhile. "
                "Read it again, then decide.",
                name=name,
                actual=version,
                expected=at_version,
            ),
            versions={name: version},
        )
    return version + 1
