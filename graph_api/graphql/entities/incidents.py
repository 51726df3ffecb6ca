"""Fields of incidents beside the schema's own: their state and timeline, now, as it was, and as it was known."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import strawberry

from graph_api.graphql.context import Info
from graph_api.graphql.entities.arguments import LanguageArgument
from graph_api.graphql.enums import Language
from graph_api.graphql.execution.scoped import speaks_of_others
from graph_api.graphql.fields import After, First, about, resolved
from graph_api.graphql.lists.connections import Paging
from graph_api.graphql.lists.cursors import query_hash
from schema import customer, incident
from schema.entity import Entity
from schema.incident_terms import EntryType
from schema.words import Labels, Sentence, say, text_of

_STATE = Annotated[
    "IncidentState",  # type: ignore[name-defined]  # noqa: F821 (its types are made of the entities' own)
    strawberry.lazy("graph_api.graphql.incident.state"),
]
KnownArgument = Annotated[
    datetime | None,
    about(
        "已知时刻: 只计此时刻前已录入的记录，即当时所知；空值为全部。 Only what was recorded by then: as it was known; "
        "null = all."
    ),
]
PastArgument = Annotated[datetime | None, about("时间: 所示的时刻，空值为现在。 The moment that is shown; null = now.")]


def _incident_state(self: Any, info: Info, at: PastArgument = None, known: KnownArgument = None) -> Any:
    from graph_api.services.incident.view import view_of  # what only an incident waits for

    context = info.context
    past = [None if each is None else context.moment(each, name) for name, each in (("at", at), ("known", known))]
    view = view_of(context.whole, context.graph.index(self.id), context.now, *past)
    if view is not None:
        context.graph.admit(view.workers)
    return view


def _timeline(
    self: Any,
    info: Info,
    at: PastArgument = None,
    known: KnownArgument = None,
    first: First = 100,
    after: After = None,
) -> Any:
    from graph_api.services.incident.room import told  # as above
    from graph_api.services.incident.state import entries_as_of

    context = info.context
    query = query_hash("timeline", {"incident": self.id, "at": at, "known": known})
    paging = Paging.of(first, after, at=context.now, revision=context.graph.revision, query=query)
    entries = entries_as_of(told(context.whole, context.graph.index(self.id)).entries, at, known)
    return paging.cut_sorted(enumerate(entries), lambda each: (each[0],), lambda each: each[1].entity)


def _newest(self: Any, info: Info, first: First = 10) -> Any:
    from graph_api.services.incident.news import written_since  # as above

    graph = info.context.graph
    Paging.of(first, None, at=info.context.now, revision=graph.revision, query=b"")  # what `first` may be
    return [graph.entity(each) for each in reversed(written_since(graph, graph.index(self.id), None)[-first:])]


def _incidents(self: Any, info: Info, first: First = 10) -> Any:
    from graph_api.services.incident.past import incidents_of  # as above

    graph = info.context.graph
    Paging.of(first, None, at=info.context.now, revision=graph.revision, query=b"")  # what `first` may be
    return [graph.entity(each) for each in incidents_of(info.context.model, self.id)[:first]]


def _entry_text(self: Any, info: Info, lang: LanguageArgument = Language.ZH) -> str:
    from graph_api.services.incident.contents import read  # as above
    from graph_api.services.incident.telling import sentence_of

    whole, seen = info.context.whole.graph, info.context.graph
    entry = whole.get(incident.TimelineEntry, whole.index(self.id))
    others = speaks_of_others(whole, seen, entry) and entry.entry_type is not EntryType.AFFECTED  # that counts alone
    said = _of_others(entry) if others else sentence_of(whole, read(entry))
    return info.context.free_text(text_of(said, lang), self) or ""


def _of_others(entry: incident.TimelineEntry) -> Sentence:
    kind = Labels(entry.entry_type.en, entry.entry_type.zh)
    return say("{kind}: it speaks of things out of what you may see.", kind=kind)


INCIDENT_FIELDS: dict[type[Entity], dict[str, tuple[Any, Any]]] = {
    incident.Incident: {
        "state_at": (
            _STATE | None,
            resolved(
                _incident_state,
                "状态: 现在、某一时刻或当时所知的状态；尚未立案时为空。 Its state now, as it was at a moment, or as it "
                "was known then; null before it was opened.",
            ),
        ),
        "timeline": (
            "Connection[TimelineEntry]",
            resolved(_timeline, "时间线: 处置记录，按发生先后排列。 Its entries, in the order in which it happened."),
        ),
        "newest": (
            "list[TimelineEntry]",
            resolved(
                _newest,
                "最近录入: 最近录入的处置记录，后录入的在前；`version` 即录入时的版本。 Entries recorded last, "
                "the newest first; their `version` is the revision that brought them.",
            ),
        ),
    },
    customer.Customer: {
        "incidents": (
            "list[Incident]",
            resolved(
                _incidents,
                "应急事件: 影响过该客户的应急事件，最近的在前，不含演练。 Incidents that have affected it, the latest "
                "first; exercises are none.",
            ),
        ),
    },
    incident.TimelineEntry: {
        "text": (str, resolved(_entry_text, "文字: 记录内容，不含说明。 What it says, in words, without its note.")),
    },
}
"""By the class that has them."""
