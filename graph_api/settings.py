"""Settings: one table of names, environment variables, defaults and help. `docs/settings.md` shows it.

The only module of the product that reads environment variables.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any

from schema.access import AccessRole
from schema.words import say

PREFIX = "BAODIAN_"
_MOST_DAYS = 36_500
_UTC = ("UTC", "UCT", "Universal", "Zulu", "GMT")
MOST_PROCESSES = 64
_LEAST_TERM = 180
"""网络安全法, article 21: logs are kept for six months at least."""
FILE_SUFFIX = "_FILE"
"""A secret NAME may be given by the file that NAME_FILE names; the file counts if both are given."""


class BadSetting(ValueError):
    """A setting's value cannot be used; the message says which one and what it should be, never a secret."""


def without_plugins() -> None:
    """Keep pydantic from looking through every installed package for plugins: none is used, and it costs 30 ms."""
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")


def _boolean(text: str) -> bool:
    words = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
    if text.lower() not in words:
        raise ValueError(say("true or false"))
    return words[text.lower()]


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) == 0:
        raise ValueError(say("a whole number above 0"))
    return int(text)


def _days(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text) <= _MOST_DAYS:
        raise ValueError(say("days between 1 and {most}", most=_MOST_DAYS))
    return int(text)


def _term(text: str) -> int:
    if text != "0" and (not text.isascii() or not text.isdigit() or not _LEAST_TERM <= int(text) <= _MOST_DAYS):
        raise ValueError(say("0, or days between {least} and {most}", least=_LEAST_TERM, most=_MOST_DAYS))
    return int(text)


def _processes(least: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not text.isascii() or not text.isdigit() or not least <= int(text) <= MOST_PROCESSES:
            raise ValueError(say("processes between {least} and {most}", least=least, most=MOST_PROCESSES))
        return int(text)

    return parse


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


def _zone(text: str) -> str:
    from zoneinfo import ZoneInfo  # as below

    try:
        return text and ZoneInfo(text).key
    except (KeyError, ValueError, OSError):  # not known, or no name of a zone
        raise ValueError(say("a time zone, as Asia/Shanghai")) from None


def _issuer(text: str) -> str:
    from urllib.parse import urlsplit  # what most commands need not wait for

    try:
        parts = urlsplit(text)
    except ValueError:  # brackets that are no address
        parts = urlsplit("")
    here = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "::1", "localhost")
    if text and not (parts.hostname and (parts.scheme == "https" or here) and not parts.query and not parts.fragment):
        raise ValueError(say("the address of an OpenID provider, with https"))
    return text


def _place(text: str) -> str:
    from urllib.parse import urlsplit  # as above

    try:
        parts = urlsplit(text)
    except ValueError:
        parts = urlsplit("")
    known = parts.scheme in ("https", "http") and parts.hostname and not parts.query and not parts.fragment
    if text and not known:
        raise ValueError(say("an address that people reach this service by, as https://baodian.example"))
    return text


def _role_map(text: str) -> tuple[tuple[str, AccessRole], ...]:
    pairs = [word.rpartition("=") for word in _words(text)]
    names = {role.value.lower().replace("_", "-"): role for role in AccessRole}
    if any(not value.strip() or role.strip().lower() not in names for value, _, role in pairs):
        raise ValueError(say("VALUE=ROLE by commas, with roles of {roles}", roles=[*names]))
    return tuple((value.strip(), names[role.strip().lower()]) for value, _, role in pairs)


def _setting(default: Any, help_text: str, parse: Callable[[str], Any] = str) -> Any:
    return field(default=default, metadata={"help": help_text, "parse": parse, "secret": False})


def _secret(help_text: str) -> Any:
    return field(default="", repr=False, metadata={"help": help_text, "parse": str, "secret": True})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How the program runs. Every field can be set by the environment variable BAODIAN_<NAME>."""

    host: str = _setting("127.0.0.1", "Address to listen on.")
    port: int = _setting(8000, "Port to listen on.", _port)
    store: str = _setting(
        "sqlite:///data/baodian.db", "Where the graph is kept: sqlite:///FILE or neo4j://USER@HOST:PORT/DATABASE."
    )
    store_password: str = _secret("Password of the store's user (Neo4j); it may not stand in the address.")
    store_ca_file: str = _setting(
        "", "File of the certificates (PEM) that an encrypted store (neo4j+s://) is trusted by; empty = this machine's."
    )
    snapshot_file: str = _setting(
        "", "File of the last snapshot, to start from; empty = beside an embedded store, none = do without."
    )
    position_retention_days: int = _setting(
        400, "Days that reported switch positions are kept; of each switch the last report before stays too.", _days
    )
    console: bool = _setting(True, "Serve the console (值班台) to browsers at /.", _boolean)
    time_zone: str = _setting(
        "",
        "Time zone of the utility, as Asia/Shanghai: all times are shown and read in it; empty = TZ, else this "
        "machine's; Asia/Shanghai on a machine that is in UTC.",
        _zone,
    )
    graphiql: bool = _setting(True, "Serve the GraphiQL page to browsers at /graphql.", _boolean)
    introspection: bool = _setting(True, "Answer questions about the schema itself.", _boolean)
    cors_origins: tuple[str, ...] = _setting((), "Web origins that may call the API, by commas; empty = none.", _words)
    allowed_hosts: tuple[str, ...] = _setting(
        (),
        "Names that clients may call this service by, by commas, beside loopback ones and its address; * = any.",
        _words,
    )
    min_revision_wait: float = _setting(0.25, "Seconds to wait for an asked revision before STALE_REPLICA.", _seconds)
    execution: str = _setting(
        "compiled",
        "How queries are answered: compiled (functions written for each document), or plain (graphql-core alone).",
        _one_of("compiled", "plain"),
    )
    worker_threads: int = _setting(4, "Threads that answer quick queries.", _count)
    workers: int = _setting(1, "Processes that answer quick queries on one port.", _processes(1))
    heavy_processes: int = _setting(
        1,
        "Processes of their own for heavy queries (sweeps, plans, location, paths), one at a time each.",
        _processes(0),
    )
    max_waiting: int = _setting(64, "Most heavy queries that wait for such a process; beyond: OVERLOADED, 429.", _count)
    max_at_once: int = _setting(64, "Most requests of one key, account or session at once; beyond: 429.", _count)
    max_per_second: int = _setting(500, "Most requests of one key, account or session a second; beyond: 429.", _count)
    max_cpu_seconds: float = _setting(10.0, "CPU seconds that one query may use; beyond: BUDGET_EXCEEDED.", _seconds)
    max_body_bytes: int = _setting(262_144, "Largest request body.", _count)
    max_receive_seconds: float = _setting(10.0, "Seconds in which a request must have come whole.", _seconds)
    max_connections: int = _setting(
        4_000, "Most connections at a time; the one that has asked nothing for longest goes for a new one.", _count
    )
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
    audit_file: str = _setting(
        "", "File of the audit: who changed what, who saw whose numbers; empty = beside the snapshot, none = log alone."
    )
    audit_retention_days: int = _setting(
        0, "Days that lines of the audit are kept, 180 at least (网络安全法, article 21); 0 = for ever.", _term
    )
    visitors: str = _setting(
        "none", "What whoever shows no key may do, once keys were given: none, or viewer.", _one_of("none", "viewer")
    )
    session_idle_minutes: int = _setting(60, "Minutes after which a browser session that asked nothing ends.", _count)
    session_hours: int = _setting(12, "Hours after which a browser session ends, whatever it asked.", _count)
    gateways: tuple[str, ...] = _setting(
        ("127.0.0.1", "::1"), "Addresses of gateways that are believed who asks them, and whether by TLS.", _words
    )
    oidc_issuer: str = _setting("", "Issuer of the OpenID provider whose tokens are taken; empty = none are.", _issuer)
    oidc_audience: str = _setting("", "Audience that its tokens must name: this service.")
    oidc_role_claim: str = _setting("roles", "Claim that names roles; a dot leads into an object (realm_access.roles).")
    oidc_roles: tuple[tuple[str, AccessRole], ...] = _setting(
        (), "Which values of that claim give which roles: VALUE=ROLE, by commas; others give nothing.", _role_map
    )
    oidc_scope_claim: str = _setting(
        "", "Claim that names organisations and areas, by id, whose things a token is for; empty = everything."
    )
    oidc_client_id: str = _setting("", "Client that browsers log in with at the provider; empty = they do not.")
    oidc_client_secret: str = _secret("Secret of that client, if it has one.")
    oidc_ca_file: str = _setting(
        "", "File of the certificates (PEM) that the provider is trusted by; empty = this machine's."
    )
    call_sheets: str = _setting(
        "", "Folder that the call sheet of each open incident is written to at every change; empty = none is."
    )
    notify_file: str = _setting(
        "", "YAML file of the channels that people are told of incidents by; empty = nobody is told."
    )
    notify_private: bool = _setting(
        False, "Messages may go to this machine and to private nets, and without TLS.", _boolean
    )
    public_url: str = _setting(
        "", "Address by which people reach this service: messages have a link to it; empty = they have none.", _place
    )
    clock_file: str = _setting(
        "", "File with the time of a rehearsal, which stands until another is written; refused where others reach it."
    )
    key: str = _secret("Key that commands show to the running service that they ask.")
    lang: str = _setting("en", "Language of the command line: zh or en; a tag as zh_CN.UTF-8 is taken, too.")
    server: str = _setting("", "Running service that commands ask, as http://127.0.0.1:8000; empty = see --server.")
    debug: bool = _setting(False, "Show the traceback of an unforeseen error of a command.", _boolean)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Settings from environment variables (None = this process's). Raises BadSetting for a value out of range."""
        around = os.environ if environment is None else environment
        return cls(**{each.name: _read(each, around) for each in fields(cls) if _given(each, around)})


def setting(name: str, environment: Mapping[str, str] | None = None) -> Any:
    """One setting alone, for who must not stumble over a wrong value of another. Raises BadSetting, KeyError."""
    each = {each.name: each for each in fields(Settings)}[name]
    around = os.environ if environment is None else environment
    return _read(each, around) if _given(each, around) else each.default


def given(name: str) -> bool:
    """Whether the environment sets this setting."""
    return environment_name(name) in os.environ


def zone_of(time_zone: str) -> str:
    """The zone that times are shown and read in: the setting's, else what TZ names, else this machine's.

    A machine in UTC is a server that nobody told its place: there it is Asia/Shanghai.
    """
    _, _, here = os.path.realpath("/etc/localtime").partition("zoneinfo/")
    machine = here if here and here.rpartition("/")[2] not in _UTC else "Asia/Shanghai"
    try:
        return time_zone or _zone(os.environ.get("TZ", "").removeprefix(":")) or machine
    except ValueError:  # TZ may be anything: <+08>-8, a file
        return machine


def stand_in_zone() -> None:
    """Let this process, and each that it begins, show and read times in the utility's zone.

    A wrong value of the setting changes nothing here: whoever makes the Settings is told of it.
    """
    with suppress(BadSetting):
        os.environ["TZ"] = zone_of(setting("time_zone"))
        time.tzset()


def debugging() -> bool:
    """Whether BAODIAN_DEBUG is on; a value that is neither on nor off counts as on, as somebody is looking for help."""
    try:
        return bool(setting("debug"))
    except BadSetting:
        return True


def cache_folder() -> Path:
    """Folder for what may be deleted at any time: XDG_CACHE_HOME/baodian, else ~/.cache/baodian."""
    cache = os.environ.get("XDG_CACHE_HOME")
    return (Path(cache) if cache else Path.home() / ".cache") / "baodian"


def terminal_columns() -> int | None:
    """Width that the environment asks for by COLUMNS, as shells set it; None where it does not."""
    given = os.environ.get("COLUMNS", "")
    return int(given) or None if given.isascii() and given.isdigit() else None


def may_compile() -> bool:
    """Whether hot loops may become machine code: not where NUMBA_DISABLE_JIT is set, as it is to measure coverage."""
    return os.environ.get("NUMBA_DISABLE_JIT", "0") in ("", "0")


def environment_name(name: str) -> str:
    """Environment variable of a setting."""
    return PREFIX + name.upper()


def file_variable(name: str) -> str:
    """Environment variable that names the file of a secret."""
    return environment_name(name) + FILE_SUFFIX


def variables() -> set[str]:
    """Every environment variable of a setting, those of the files of secrets included."""
    files = {file_variable(each.name) for each in fields(Settings) if each.metadata["secret"]}
    return {environment_name(each.name) for each in fields(Settings)} | files


def _given(each: Field[Any], environment: Mapping[str, str]) -> bool:
    return environment_name(each.name) in environment or (
        each.metadata["secret"] and bool(environment.get(file_variable(each.name)))
    )


def _read(each: Field[Any], environment: Mapping[str, str]) -> Any:
    name = environment_name(each.name)
    file = environment.get(file_variable(each.name)) if each.metadata["secret"] else None
    if file:
        return _secret_of(file, file_variable(each.name))
    try:
        return each.metadata["parse"](environment[name])
    except ValueError as error:
        text = environment[name]
        raise BadSetting(say("{name} must be {error}, but is {text!r}.", name=name, error=error, text=text)) from None


def _secret_of(file: str, variable: str) -> str:
    try:
        return Path(file).read_text("utf-8-sig").strip()  # editors of Windows put a mark before what was typed
    except (OSError, UnicodeDecodeError) as error:
        raise BadSetting(
            say("{password_file} names a file that cannot be read: {file}.", password_file=variable, file=file)
        ) from error
