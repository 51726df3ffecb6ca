"""The page behind a message's link: whoever holds the link acknowledges the incident with it, once and for a time.

GET shows what it is about and a button, and changes nothing: programs that look through mail follow links. Only POST
acknowledges. The link names nobody; whose it is stands in the timeline, by the digest of what the link shows.
"""

from __future__ import annotations

import asyncio
import hashlib
import html
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from graph_api.access.audit import CHANGE, AuditLog, Entry
from graph_api.actor import Actor, ActorKind
from graph_api.app.notes import note
from graph_api.commands.committing import WRITE_SECONDS, commit_request
from graph_api.commands.incident.acknowledging import AcknowledgeIncident
from graph_api.commands.request import Request as Change
from graph_api.errors import BaodianError
from graph_api.live.graph import LiveGraph
from graph_api.readmodel.model import ReadModel
from graph_api.services.incident.notices import Notice
from graph_api.services.incident.room import open_incidents
from graph_api.services.incident.state import IncidentState
from graph_api.stores.contract import Clock, Commit
from schema.incident import Incident
from schema.words import Sentence, accepted, say, speaking, text_of

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",
    "X-Robots-Tag": "noindex",
}
"""The policy of referrers is what makes a browser say that the form is of our own page."""
_MOST_TOKEN = 100


@dataclass(frozen=True, slots=True)
class _Found:
    """An open incident with the message whose link was shown."""

    incident: str
    number: str
    state: IncidentState
    notice: Notice


class AcknowledgePage:
    """Answers of the page."""

    def __init__(self, live: LiveGraph, clock: Clock, audit: AuditLog) -> None:
        self._live, self._clock, self._audit = live, clock, audit

    @property
    def routes(self) -> list[Route]:
        """Where it is asked."""
        return [Route("/acknowledge/{token}", self._answer, methods=["GET", "POST"], include_in_schema=False)]

    async def _answer(self, request: Request) -> Response:
        with speaking(accepted(request.headers.get("accept-language"))):
            found = self._found(self._live.pin(), request.path_params["token"])
            if found is None:
                return _page(410, say("This link holds no more: the incident is over, or the link too old."))
            if found.state.unacknowledged_since is None:
                return _page(410, say("{number} has been acknowledged already.", number=found.number))
            about = say("{number} {title}", number=found.number, title=found.state.title)
            if request.method == "POST":
                return await self._acknowledged(request, found)
            return _page(200, about, button=True)

    def _found(self, model: ReadModel, token: str) -> _Found | None:
        shown = hashlib.sha256(token[:_MOST_TOKEN].encode("utf-8", "replace")).hexdigest()
        now = self._clock()
        for each in open_incidents(model):
            for notice in each.state.notices if each.state is not None else ():
                sent = [one for one in notice.attempts if one.link == shown]
                if each.state is not None and any(one.link_until and now < one.link_until for one in sent):
                    incident = model.graph.get(Incident, each.incident)
                    return _Found(incident.id, incident.number, each.state, notice)
        return None

    async def _acknowledged(self, request: Request, found: _Found) -> Response:
        model, person = self._live.pin(), found.notice.person
        index = model.graph.find(person)
        name = person if index is None else model.graph.name(index) or person
        command = AcknowledgeIncident(
            incident=found.incident, person=None if index is None else person, by=name, source=text_of(_BY_LINK)
        )
        change = Change(asked=command, actor=Actor(kind=ActorKind.ANONYMOUS, name=f"link {found.notice.key}"))
        try:
            made = await commit_request(
                self._live, change, self._clock(), asyncio.get_running_loop().time() + WRITE_SECONDS
            )
        except BaodianError as error:
            return _page(503, say("That was not recorded: {why} Try again.", why=error.message))
        if not isinstance(made, Commit):
            return _page(409, say("That was not recorded: {why} Try again.", why=made[0].message))
        await self._tell(request, change, found, made)
        return _page(200, say("{number} is acknowledged by {name}.", number=found.number, name=name))

    async def _tell(self, request: Request, change: Change, found: _Found, made: Commit) -> None:
        client = request.client
        entry = Entry(
            at=self._clock(),
            who=str(change.actor),
            roles=(),
            origin=client.host if client else "",
            operation="",
            request_id=change.id,
            act=CHANGE,
            what=change.asked.command_name(),
            things=(found.incident,),
            revision=made.revision,
        )
        await note(self._audit, entry)


_BY_LINK = say("link")


def _page(status: int, said: Sentence, *, button: bool = False) -> Response:
    form = ""
    if button:
        label = html.escape(text_of(say("I take it in hand")))
        form = f'<form method="post"><button type="submit">{label}</button></form>'
    text = html.escape(text_of(said))
    page = (
        '<!doctype html><html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>Baodian 保电</title></head><body><p>{text}</p>{form}</body></html>"
    )
    return HTMLResponse(page, status, _HEADERS)
