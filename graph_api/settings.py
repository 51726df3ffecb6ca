"""Settings: one table of names, environment variables, defaults and help. `docs/settings.md` is made from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from schema.words import say

PREFIX = "BAODIAN_"


class BadSetting(ValueError):
    """A setting's value cannot be used; the message says which one and what it should be."""


def _boolean(text: str) -> bool:
    words = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
    if text.lower() not in words:
        raise ValueError(say("true or false"))
    return words[text.lower()]


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) == 0:
        raise ValueError(say("a whole number above 0"))
    return int(text)


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > 65_535:
        raise ValueError(say("a port between 0 and 65535"))
    return int(text)


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < 3600:
        raise ValueError(say("seconds between 0 and 3600"))
    return value


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


def _one_of(*allowed: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text not in allowed:
            raise ValueError(" or ".join(allowed))
        return text

    return parse


def _setting(default: Any, help_text: str, parse: Callable[[str], Any] = str) -> Any:
    return field(default=default, metadata={"help": help_text, "parse": parse})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How a server runs. Every field can be set by the environment variable BAODIAN_<NAME>."""

    host: str = _setting("127.0.0.1", "Address to listen on.")
    port: int = _setting(8000, "Port to listen on.", _port)
    store: str = _setting("sqlite:///data/baodian.db", "Where the graph is kept: sqlite:///FILE.")
    snapshot_file: str = _setting(
        "", "File of the last snapshot, to start from; empty = beside an embedded store, none = do without."
    )
    graphiql: bool = _setting(True, "Serve the GraphiQL page to browsers at /graphql.", _boolean)
    introspection: bool = _setting(True, "Answer questions about the schema itself.", _boolean)
    cors_origins: tuple[str, ...] = _setting((), "Web origins that may call the API, by commas; empty = none.", _words)
    min_revision_wait: float = _setting(0.25, "Seconds to wait for an asked revision before STALE_REPLICA.", _seconds)
    worker_threads: int = _setting(4, "Threads that answer queries.", _count)
    max_body_bytes: int = _setting(262_144, "Largest request body.", _count)
    max_tokens: int = _setting(4_000, "Most lexical tokens of a document.", _count)
    max_depth: int = _setting(24, "Deepest nesting of fields, fragments expanded.", _count)
    max_fields: int = _setting(1_000, "Most fields of a document, fragments expanded.", _count)
    max_aliases: int = _setting(60, "Most aliases of a document.", _count)
    max_directives: int = _setting(60, "Most directives of a document.", _count)
    max_cost: int = _setting(300_000, "Most fields that an answer may have, counted from `first` and `limit`.", _count)
    location_rates: str = _setting("", "YAML file of rates that fault location weighs with; empty = built in.")
    operation_words: str = _setting(
        "default", "Verbs of switching operations: default, or southern-grid.", _one_of("default", "southern-grid")
    )
    log_level: str = _setting("INFO", "DEBUG, INFO, WARNING or ERROR.", _one_of("DEBUG", "INFO", "WARNING", "ERROR"))
    log_format: str = _setting("json", "json (one object a line) or text.", _one_of("json", "text"))

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Settings from environment variables. Raises BadSetting for a value out of range."""
        known = {environment_name(each.name): each for each in fields(cls)}
        values = {}
        for name, text in environment.items():
            if name not in known:
                continue
            each = known[name]
            try:
                values[each.name] = each.metadata["parse"](text)
            except ValueError as error:
                raise BadSetting(
                    say("{name} must be {error}, but is {text!r}.", name=name, error=error, text=text)
                ) from None
        return cls(**values)


def environment_name(name: str) -> str:
    """Environment variable of a setting."""
    return PREFIX + name.upper()


def _shown(value: Any) -> str:
    match value:
        case bool():
            return str(value).lower()
        case tuple():
            return ",".join(value) or "(none)"
    return str(value) if value != "" else "(none)"


def settings_page() -> str:
    """The reference page of all settings, in Markdown."""
    rows = [
        f"| `{environment_name(each.name)}` | `{_shown(each.default)}` | {each.metadata['help']} |"
        for each in fields(Settings)
    ]
    head = [
        "# Settings",
        "",
        "Environment variables that `baodian serve` reads. Made from `graph_api/settings.py`.",
        "",
    ]
    return "\n".join([*head, "| variable | default | meaning |", "|---|---|---|", *rows, ""])
