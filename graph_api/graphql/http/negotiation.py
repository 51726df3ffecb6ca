"""Content negotiation of GraphQL over HTTP: what the client sends, and what it can read."""

from __future__ import annotations

RESPONSE_JSON = "application/graphql-response+json"
JSON = "application/json"
HTML = "text/html"
EVENTS = "text/event-stream"


def _quality(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0


def _accepted(header: str) -> list[tuple[float, str]]:
    """Media types of an Accept header with their quality, most wanted first, as they stand within one quality."""
    found = []
    for part in header.split(",")[:50]:
        media, *parameters = part.split(";")
        found.append((_quality(parameters), media.strip().lower()))
    return sorted((pair for pair in found if pair[0] > 0), key=lambda pair: -pair[0])


def answer_type(accept: str | None, *, page: bool = False) -> str | None:
    """Media type to answer in; None if the client takes none of ours. `page` = an HTML page could be the answer.

    Without a wish it is application/graphql-response+json, as the specification says since 2025.
    """
    if not accept or not accept.strip():
        return RESPONSE_JSON
    for _, media in _accepted(accept):
        if page and media == HTML:
            return HTML
        if media in (RESPONSE_JSON, JSON, EVENTS):
            return media
        if media in ("*/*", "application/*"):
            return RESPONSE_JSON
    return None


def takes_events(accept: str | None) -> bool:
    """Whether events are among what the client can read, in whatever place."""
    return any(media == EVENTS for _, media in _accepted(accept or ""))


def is_json(content_type: str | None) -> bool:
    """Whether a body is said to be JSON in UTF-8."""
    media, *parameters = (content_type or "").split(";")
    charsets = [
        value.strip(' "').lower()
        for name, _, value in (each.partition("=") for each in parameters)
        if name.strip().lower() == "charset"
    ]
    return media.strip().lower() == JSON and all(charset in ("utf-8", "utf8") for charset in charsets)
