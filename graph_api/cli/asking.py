"""Asking: stored GraphQL operations, answered by a running service or by this process, the same answers either way.

    command ── operation, variables ──▶ service over HTTP          (--server, or the one that serves this store here)
                                    └─▶ application in this process (opens the store for one question)
"""  # fmt: skip

from __future__ import annotations

import gc
import json
import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from graph_api.app.places import store_file
from graph_api.cli import output
from graph_api.cli.clock import now
from graph_api.cli.doors import Service, running_service
from graph_api.cli.stores import not_there
from graph_api.errors import BaodianError, ErrorCode, InvalidInput
from graph_api.settings import BadSetting, environment_name, setting
from schema.words import say

if TYPE_CHECKING:
    import asyncio
    from contextlib import AsyncExitStack

    from graph_api.app.assembly import Application

OPERATIONS = Path(__file__).with_name("operations")
PAGE = 500
"""Items asked for at once where a list is wanted whole."""
_NOT_MENDABLE = frozenset(
    {"INTERNAL", "STORE_UNAVAILABLE", "OUTCOME_UNKNOWN", "STORE_REPLACED", "UPGRADE_REQUIRED", "STORE_CORRUPT",
     "STALE_REPLICA"}
)  # fmt: skip
"""Codes of errors that no other question mends: exit code 1."""

_TAKES_TIME = "$at: DateTime"
"""Stands in the operations that are asked of a time."""
_ARGUMENTS = (
    re.compile(r"(`)(stuck|fixed|tripped|assume|repaired)(?=`)"),
    re.compile(r"(failed to trip as |拒动设备列入 )(stuck)\b"),
    re.compile(r"(, or ask |，或按 )(FAULTED|OPENED|ISOLATED)\b"),
)
"""Arguments of an event as messages of the API name them, behind what stands before them."""


class Refused(InvalidInput):
    """The answer says that the question cannot be answered as it was asked."""


class Unanswered(BaodianError):
    """The answer says that something else went wrong."""


class Door(Protocol):
    """Where operations are answered."""

    def execute(self, query: str, variables: Mapping[str, Any], name: str | None = None) -> dict[str, Any]:
        """The body of the answer to the operation of that name, as over HTTP."""


class Asking:
    """Asks stored operations through a door."""

    def __init__(self, door: Door, at: datetime | None, documents: Mapping[str, tuple[str, str]]) -> None:
        self._door = door
        self._documents = documents
        self._at = None if at is None else at.isoformat()
        self._told_masked = False
        self.now = at or now()
        """The time asked about: `--at`, else now."""

    def ask(self, operation: str, **variables: Any) -> dict[str, Any]:
        """Data of a stored operation, one of those announced, at the time asked about. Raises Refused, Unanswered."""
        query, name = self._documents[operation]
        if _TAKES_TIME in query:
            variables["at"] = self._at
        body = self._door.execute(query, variables, name)
        for error in body.get("errors") or ():
            self._heed(error)
        data: dict[str, Any] = body["data"]
        return data

    def _heed(self, error: Mapping[str, Any]) -> None:
        """Raise what an answer says of an error; what everything else is answered beside is told, once."""
        if error.get("extensions", {}).get("code") != ErrorCode.NUMBERS_MASKED:
            raise _raised(error)
        if not self._told_masked:
            output.notice(error["message"])
        self._told_masked = True

    def ask_all(
        self, operation: str, *path: str, most: int | None = None, at_once: int = PAGE, **variables: Any
    ) -> dict[str, Any]:
        """Data of a stored operation with a list whole, or its first `most` items, `at_once` of them a time.

        The list is the connection at `path`; the operation takes $first and $after for it.
        """
        first = at_once if most is None else min(most, at_once)
        whole = self.ask(operation, first=first, after=None, **variables)
        page = _at(whole, path)
        nodes: list[Any] = page["nodes"]
        while page["pageInfo"]["hasNextPage"] and (most is None or len(nodes) < most):
            left = at_once if most is None else min(most - len(nodes), at_once)
            after = page["pageInfo"]["endCursor"]
            page = _at(self.ask(operation, first=left, after=after, **variables), path)
            nodes += page["nodes"]
        _at(whole, path)["pageInfo"] = page["pageInfo"]
        return whole


def _at(data: dict[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    for name in path:
        data = data[name]
    return data


def _raised(error: Mapping[str, Any]) -> BaodianError:
    """An error of an answer as an exception with the same code."""
    code = error.get("extensions", {}).get("code", ErrorCode.INTERNAL.value)
    made = (Unanswered if code in _NOT_MENDABLE else Refused)(_by_options(error["message"]))
    made.code = ErrorCode(code) if code in ErrorCode.__members__ else ErrorCode.INTERNAL  # type: ignore[misc]
    return made


def _by_options(message: str) -> str:
    """A message of the API with the options of the command line for what the API calls its arguments."""
    for pattern in _ARGUMENTS:
        message = pattern.sub(lambda found: f"{found[1]}--{found[2].lower()}", message)
    return message


def stored(operation: str) -> tuple[str, str]:
    """Document and name of a stored operation: `cut_pairs` is the operation CutPairs, with the fragments it spreads."""
    name = "".join(part.capitalize() for part in operation.split("_"))
    parts = _definitions()
    wanted, todo = [name], [name]
    while todo:
        spread = [each for each in _SPREAD.findall(parts[todo.pop()]) if each in parts and each not in wanted]
        wanted += dict.fromkeys(spread)
        todo += dict.fromkeys(spread)
    return "\n".join(parts[each] for each in wanted), name


_DEFINITION = re.compile(r"^(?=(?:query|mutation|fragment) \w)", re.MULTILINE)
_KINDS = ("query", "mutation", "fragment")
_SPREAD = re.compile(r"\.\.\. ?(\w+)")


@lru_cache
def _definitions() -> dict[str, str]:
    """Text of each stored operation and fragment, by name."""
    texts = [path.read_text("utf-8") for path in sorted(OPERATIONS.glob("*.graphql"))]
    parts = [part for text in texts for part in _DEFINITION.split(text) if part.startswith(_KINDS)]
    return {re.split(r"\W", part, maxsplit=2)[1]: part for part in parts}


@contextmanager
def asking(
    store: str,
    server: str | None,
    operations: Collection[str],
    at: datetime | None = None,
    *,
    tells: bool = True,
    **own: Any,
) -> Iterator[Asking]:
    """Ask the service at `server`, else the one that serves this store on this machine, else this process.

    `operations` are those that are going to be asked, beside `resolve`: this process makes no more of the API than
    they need. `at` is the time asked about, local without a zone, which is now for an answer of this process. `own` are
    settings of this question alone, which no service knows: this process answers. A service that answers is told of,
    but where `tells` is false. Raises InvalidInput, StoreError.
    """
    if own and server:
        raise InvalidInput(
            say("A service answers with its own settings: leave out {names}, or --server.", names=[*own])
        )
    when = None if at is None else at.astimezone(UTC)
    documents = {name: stored(name) for name in ("resolve", *operations)}
    service = None if own else Service(server, _key()) if server else running_service(store)
    if service is not None:
        service.tells = tells
        yield Asking(service, when, documents)
        return
    path = store_file(store)
    if path is not None and not path.exists():
        raise not_there(path)
    with _InProcess(store, when, own, documents.values()) as door:
        yield Asking(door, when, documents)


def _key() -> str:
    """The key that the environment gives. Raises InvalidInput for a file that cannot be read, and what is no key."""
    try:
        key: str = setting("key")
    except BadSetting as error:
        raise InvalidInput(error.args[0]) from error
    if not key.isascii() or not key.isprintable():
        raise InvalidInput(say("{name} is no key: `baodian access key` gives one.", name=environment_name("key")))
    return key


class _InProcess:
    """The application in this process."""

    def __init__(
        self, store: str, at: datetime | None, own: Mapping[str, Any], asks: Collection[tuple[str, str]]
    ) -> None:
        self._store = store
        self._at = at
        self._own = own
        self._asks = asks
        self._runner: asyncio.Runner | None = None
        self._opened: AsyncExitStack | None = None
        self._application: Application | None = None

    def __enter__(self) -> _InProcess:
        import asyncio
        from contextlib import AsyncExitStack

        gc.disable()  # one question makes little garbage, and walking what it imports costs a tenth of a second
        self._runner, self._opened = asyncio.Runner(), AsyncExitStack()
        try:
            self._application = self._runner.run(self._open(self._opened))
        except BaseException:
            self._runner.close()
            raise
        return self

    async def _open(self, opened: AsyncExitStack) -> Application:
        from graph_api.app.assembly import assemble  # what only an answer of this process has to wait for
        from graph_api.cli.session import settings_for, tell_trouble

        at = self._at
        clock = now if at is None else lambda: at
        settings = replace(settings_for(self._store), **self._own)
        application = await opened.enter_async_context(
            assemble(settings, follows=False, clock=clock, asks=self._asks, creates=False)
        )
        tell_trouble(application.live.status())
        return application

    def execute(self, query: str, variables: Mapping[str, Any], name: str | None = None) -> dict[str, Any]:
        """The body of the answer."""
        if self._runner is None or self._application is None:
            raise Unanswered(say("The application is closed."))
        body = json_like(self._runner.run(self._application.execute(query, variables, name)))
        if query.startswith("mutation") and not body.get("errors"):
            self._runner.run(self._kept(self._application))
        return body

    async def _kept(self, application: Application) -> None:
        """What a service would write into open timelines after a change, as nobody else does it here."""
        from graph_api.app.incident_keeper import IncidentKeeper  # as above

        try:
            await IncidentKeeper(application.live, application.clock).once(application.live.pin())
        except BaodianError as error:
            output.notice(say("Who is affected was not kept in the timeline: {why}", why=error.message))

    def __exit__(self, *_: object) -> None:
        if self._runner is not None and self._opened is not None:
            self._runner.run(self._opened.aclose())
            self._runner.close()
            gc.freeze()  # nor is it walked when the process ends
            gc.enable()


def json_like(body: dict[str, Any]) -> dict[str, Any]:
    """A body as a client over HTTP has it: nothing but what JSON knows."""
    plain: dict[str, Any] = json.loads(json.dumps(body))
    return plain
