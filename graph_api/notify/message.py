"""A message (通知内容): its JSON, and its signature as Standard Webhooks (standardwebhooks.com) says it.

    webhook-signature: v1,base64(HMAC-SHA256(secret, webhook-id.webhook-timestamp.body))
"""  # fmt: skip

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import msgspec

from graph_api.readmodel.model import ReadModel
from graph_api.services.incident.sending import Due
from graph_api.services.incident.state import IncidentState
from schema.incident import Incident
from schema.words import Language, Sentence, say


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What is posted."""

    body: bytes
    headers: Mapping[str, str]


def message_of(
    model: ReadModel, incident: Incident, state: IncidentState, due: Due, link: str | None, now: datetime
) -> bytes:
    """The body: of whom and what, nothing that somebody's number could be read from."""
    said = {
        "id": due.key,
        "attempt": due.attempt,
        "repeat": due.repeat,
        "exercise": incident.exercise,
        "incident": {
            "id": incident.id,
            "number": incident.number,
            "title": state.title,
            "level": None if state.level is None else state.level.value,
            "since": state.since,
        },
        "person": {"id": due.person, "name": _name(model, due.person)},
        "text": {each.value.lower(): _text(incident, state).text(each) for each in Language},
        "acknowledge": link,
        "sentAt": now,
    }
    return msgspec.json.encode(said)


def _text(incident: Incident, state: IncidentState) -> Sentence:
    if incident.exercise:
        return say(
            "EXERCISE, nothing of it is real. {number} {title}: nobody has taken it in hand. Acknowledge it.",
            number=incident.number,
            title=state.title,
        )
    return say(
        "{number} {title}: nobody has taken it in hand. Acknowledge it.", number=incident.number, title=state.title
    )


def _name(model: ReadModel, person: str) -> str:
    index = model.graph.find(person)
    return "" if index is None else model.graph.name(index)


def signed(key: str, body: bytes, secret: bytes, now: datetime) -> Message:
    """A body with its headers."""
    moment = str(int(now.timestamp()))
    proof = hmac.new(secret, b".".join((key.encode(), moment.encode(), body)), hashlib.sha256).digest()
    return Message(
        body=body,
        headers={
            "Content-Type": "application/json",
            "Idempotency-Key": key,
            "webhook-id": key,
            "webhook-timestamp": moment,
            "webhook-signature": f"v1,{base64.b64encode(proof).decode()}",
        },
    )
