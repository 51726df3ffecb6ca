"""What a request carries: one pinned read model, the clock, and the request's id."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from strawberry.types import Info as StrawberryInfo

from graph_api.access.audit import AuditLog
from graph_api.access.elevations import Elevations
from graph_api.access.intents import Intent, Intents
from graph_api.access.principal import NOBODY, Principal
from graph_api.access.register import Register
from graph_api.access.visibility import Visibility, masked
from graph_api.errors import InvalidInput
from graph_api.live.graph import LiveGraph, LiveStatus
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.scoped import scoped
from graph_api.readmodel.snapshot import Snapshot
from graph_api.services.duty.responsibility import Responsibilities, ResponsibilityTable, named_by
from schema.calendar import YEARS, is_in_range
from schema.entity import Entity
from schema.numbers import Revision
from schema.personal_texts import may_be_personal, without_personal
from schema.positions import is_ahead, moment_of
from schema.vocabulary import ResponsibilityRole
from schema.words import say
from schema.words.operation_words import DEFAULT_WORDS, OperationWords

if TYPE_CHECKING:
    from graph_api.services.location import Rates

Clock = Callable[[], datetime]
"""Tells the time, aware."""


def now_utc() -> datetime:
    """The time, UTC."""
    return datetime.now(UTC)


def present(now: datetime, model: ReadModel) -> datetime:
    """Now, and not before the newest report of the graph: a clock that is a little ahead of ours may have told it, and
    all answers tell one state. A report from further ahead (a clock was put back since) moves nothing."""
    newest = moment_of(model.graph.reports.newest_us)
    return now if is_ahead(newest, now) else max(now, newest)


class Changed(NamedTuple):
    """What was committed: the command, ids of what it changed, the revision, and for whom somebody else asked it."""

    command: str
    things: tuple[str, ...]
    revision: Revision
    on_behalf_of: str
    intent: Intent | None = None
    """What stands beside the audit until this has its line there."""


class Reveal(NamedTuple):
    """Contacts (ids) whose numbers are shown for a reason that an open incident gives (id)."""

    contacts: tuple[str, ...]
    incident: str
    reason: str


@dataclass(slots=True)
class Context:
    """One request: everything in its answer is true of the same revision and time."""

    live: LiveGraph
    whole: ReadModel
    """The pinned model: what answers that topology works out are worked out of."""
    rates: Callable[[], Rates]
    """What fault location weighs with."""
    now: datetime = field(default_factory=now_utc)
    request_id: str = ""
    operation: str = ""
    """How the operation stands in the audit."""
    principal: Principal = NOBODY
    """Who asks."""
    elevations: Elevations = field(default_factory=lambda: Elevations(now_utc))
    """Who may more for a time."""
    words: OperationWords = DEFAULT_WORDS
    """Verbs of switching operations that this utility says."""
    keep_reports: timedelta = timedelta(days=400)
    """How long reported switch positions are kept: of an earlier moment nothing is known."""
    write_until: float | None = None
    """Until when changes of this request may take, by the event loop's clock; None = it made none yet."""
    audit: AuditLog = field(default_factory=lambda: AuditLog(None))
    """Where it is written who changed what and saw whose numbers."""
    intents: Intents | None = None
    """Where it is noted before what is going to be changed; None = nowhere."""
    register: Callable[[], Register] = Register
    """Keys and accounts as this process knows them. Raises StoreUnavailable where it never read any."""
    origin: str = "command"
    """Where the request came from: an address, or `command` for one of the store's own user."""
    seen: dict[str, set[str]] = field(default_factory=dict)
    """Personal values that the answer shows unmasked: ids of things by field."""
    changed: list[Changed] = field(default_factory=list)
    """What was committed."""
    reveals: list[Reveal] = field(default_factory=list)
    """What is shown for a reason."""
    since: Revision | None = None
    """Of a subscription: the revision after which it is told what is new; None = all is."""
    nothing_new: bool = False
    """Of a subscription: that nothing came after it, so that nothing is told."""
    answered_at: Revision | None = None
    """Revision of the answer where another process gave it; None = that of the pinned model."""
    told_status: LiveStatus | None = None
    """How the store is for the process that was asked, where this is another one."""
    told_head: str | None = None
    """Digest of the last line of its audit, likewise."""
    hides_all: bool = False
    """Whether nobody's personal values are shown, whoever asks."""
    model: ReadModel = field(init=False)
    """The same as who asks sees it: without what is out of the scope."""
    _visibility: Visibility | None = None
    _shown: dict[tuple[str, str], str] = field(default_factory=dict)
    _responsibilities: dict[datetime, Responsibilities] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._show(self.whole)

    def answer_to(self, principal: Principal) -> None:
        """Have somebody else be who asks, with the scope of that one."""
        self.principal = principal
        self._show(self.whole)

    def _show(self, whole: ReadModel) -> None:
        self.whole, scope = whole, self.principal.scope
        self.model = whole if scope is None else scoped(whole, scope)

    @property
    def visibility(self) -> Visibility:
        """Whose personal values are seen."""
        found = self._visibility
        if found is None or found.model is not self.whole:
            found = self._visibility = Visibility(self.principal, self.whole, self.now)
        return found

    @property
    def seen_contacts(self) -> Collection[int] | None:
        """Contacts that who asks sees unmasked, unasked; None = all."""
        return frozenset() if self.hides_all else self.visibility.seen

    def reveal(self, reveal: Reveal) -> None:
        """Show the numbers of these contacts in this answer; the audit tells for what reason."""
        self.reveals.append(reveal)
        self._shown.clear()

    def without_numbers(self) -> Context:
        """The same request, of which nothing was answered yet, for an answer in which all numbers are masked."""
        return replace(
            self, hides_all=True, answered_at=None, seen={}, changed=[], reveals=[], _shown={}, _responsibilities={}
        )

    def hides(self, thing: Entity) -> bool:
        """Whether the personal values of a thing are hidden from who asks."""
        seen = self.seen_contacts
        if seen is None or any(thing.id in each.contacts for each in self.reveals):
            return False
        return self.graph.index(thing.id) not in seen

    def free_text(self, text: str | None, of: object = None) -> str | None:
        """A text that somebody wrote, without what may be a number, unless who asks works with them.

        That one was seen is kept for the audit, with the thing that it is a text of.
        """
        if text is None or self.hides_all or not self.visibility.reads_texts:
            return text if text is None else without_personal(text)
        if may_be_personal(text):
            self.saw(f"{type(of).__name__} (text)", getattr(of, "id", ""))
        return text

    def saw(self, what: str, id: str) -> None:
        """Keep for the audit that a personal value of a thing is shown; "" = of none that has an id."""
        self.seen.setdefault(what, set()).update([str(id)] if id else [])

    def shown(self, thing: Entity, name: str) -> str:
        """A personal value of a thing as who asks may see it; that it was seen is kept for the audit.

        Answers name the same people again and again: each value is worked out once a request.
        """
        key = (thing.id, name)
        found = self._shown.get(key)
        if found is None:
            found = self._shown[key] = self._as_seen(thing, name)
        return found

    def _as_seen(self, thing: Entity, name: str) -> str:
        value: str = getattr(thing, name)
        if self.hides(thing):
            return masked(value)
        self.saw(f"{type(thing).__name__}.{name}", thing.id)
        return value

    @property
    def graph(self) -> Snapshot:
        """The graph of the pinned revision."""
        return self.model.graph

    @property
    def revision(self) -> Revision:
        """Revision that the answer is of."""
        return self.graph.revision if self.answered_at is None else self.answered_at

    def audit_head(self) -> str:
        """Digest of the last line of the audit, "" if there is none, as the process knows it that was asked."""
        return self.audit.head() if self.told_head is None else self.told_head

    def status(self) -> LiveStatus:
        """What the process that was asked serves, and how its store is."""
        return self.live.status() if self.told_status is None else self.told_status

    def thing(self, index: int | None) -> Any:
        """The entity of an index as the API's types take it; None for None."""
        return None if index is None else self.graph.entity(index)

    def things(self, indexes: Iterable[int]) -> list[Any]:
        """The entities of these indexes as the API's types take them."""
        return self.graph.entities(indexes)

    def table(self, index: int, at: datetime | None, roles: Iterable[ResponsibilityRole] | None) -> ResponsibilityTable:
        """Who answers for a thing at a time (None = now), in these roles (None = all)."""
        return self.responsibilities(self.moment(at)).of(index, None if roles is None else frozenset(roles))

    def moment(self, at: datetime | None, argument: str = "at") -> datetime:
        """The time asked about, now for None. Raises InvalidInput for one that cannot be meant."""
        if at is not None and not is_in_range(at):
            first, last = YEARS
            raise InvalidInput(
                say("Send a time in the years {first} to {last}, or none.", first=first, last=last), argument=argument
            )
        return at or self.now

    def moment_of_loss(self, since: datetime | None) -> datetime | None:
        """The moment of loss that is asked for; None = none is said.

        Raises InvalidInput for one that has not come yet, and for one before the positions that are kept.
        """
        if since is None:
            return None
        since, first = self.moment(since, "since"), self.now - self.keep_reports
        if is_ahead(since, self.now):
            raise InvalidInput(
                say("The moment of loss lies in the future; leave `since` out, and ask what if it happens now."),
                argument="since",
            )
        if since < first:
            raise InvalidInput(
                say(
                    "Switch positions are kept {days} days, since {first}: ask of a loss after that, or keep them "
                    "longer with BAODIAN_POSITION_RETENTION_DAYS.",
                    days=self.keep_reports.days,
                    first=first.isoformat(timespec="minutes"),
                ),
                argument="since",
            )
        return since

    def show_newest(self) -> None:
        """Go on with the newest revision, after a change was made."""
        self._show(self.live.pin())
        self.now = present(self.now, self.whole)
        self._responsibilities.clear()
        self._shown.clear()

    def responsibilities(self, at: datetime) -> Responsibilities:
        """Who answers at a time; what things share is looked up once a request."""
        found = self._responsibilities.get(at)
        if found is None:
            found = self._responsibilities[at] = Named(self.whole, at, self.graph)
        return found


class Named(Responsibilities):
    """Who answers, worked out of the whole: whoever answers for what one sees is named there, wherever they belong."""

    def __init__(self, whole: ReadModel, at: datetime, seen: Snapshot) -> None:
        super().__init__(whole, at)
        self._seen = seen

    def of(self, index: int, roles: Collection[ResponsibilityRole] | None = None) -> ResponsibilityTable:
        """The table of a thing."""
        table = super().of(index, roles)
        if not self._seen.is_whole:
            self._seen.admit(table.named if roles is None else named_by((*table.rows, *table.gaps)))
        return table


Info = StrawberryInfo[Context, None]
"""What resolvers get: `info.context` is the request's Context."""
