"""One connection of a client: how long it may take to ask, and what becomes of it when either side wants to end.

    opened ── request whole within the time ──▶ asked ── answered ──▶ waits for the next request
       └────── too late: 408, closed                └── client closed its half: answered, unless it is gone altogether
"""  # fmt: skip

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress
from typing import Any, ClassVar

import h11
from uvicorn import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from graph_api.app.security import PLAIN
from graph_api.cli.serving.crowd import Crowd

LINGERS_S = 2.0
"""Seconds that a client has to read an answer that came before it had sent all."""
UNREAD_S = 30.0
"""Seconds in which a client has to read some of an answer that waits for it."""
UNWANTED = 262_144
"""Bytes of a request that are read, to keep the connection, after it has been answered."""
STOPS_S = 1.0
"""Seconds that a request has to come whole when the server stops."""
ANSWERS_S = 5.0
"""Seconds that one that has come whole has to be answered when the server stops: then it is told so."""
LOOKS_S = (0.02, 0.05, 0.1)
"""Seconds between looks whether a client that closed its half is gone; the last one again and again."""
_STOPPING = 503
_STILL_THERE = b"HTTP/1.1 100 Continue\r\n\r\n"


class Connection(H11Protocol):
    """HTTP/1.1 by uvicorn, with limits of time for what a client sends, and answers for half-closed clients."""

    _reasons: ClassVar[dict[int, bytes]] = {
        400: b"This is no HTTP/1.1 request.\n",
        408: b"The request did not come whole in time.\n",
        _STOPPING: b"The service is stopping.\n",
    }

    def __init__(self, config: Config, state: ServerState, crowd: Crowd[Connection], receive_s: float) -> None:
        super().__init__(config, state, {})
        self._crowd = crowd
        self._receive_s = receive_s
        self._timer: asyncio.TimerHandle | None = None
        self._half_closed = False
        self._lingers = False
        self._upgraded = False
        """Whether it went over to a WebSocket, which has limits of its own."""
        self._unwanted = 0
        self._stuck: asyncio.TimerHandle | None = None

    # called by the loop

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for a request; the one that has asked nothing for longest goes where there are too many."""
        super().connection_made(transport)
        self._expect()
        for surplus in self._crowd.enter(self):
            surplus.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Whoever answers is told."""
        self._crowd.leave(self)
        self._set_timer(None)
        if self._stuck is not None:
            self._stuck.cancel()
        self._unset_keepalive_if_required()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on; what comes after the last answer is thrown away."""
        if self._lingers:
            return
        self._expect()
        super().data_received(data)
        if self._upgraded:
            return
        self._unwanted = self._unwanted + len(data) if self._has_begun() and not self._may_answer() else 0
        if self._unwanted > UNWANTED:
            self._linger()

    def eof_received(self) -> bool:  # type: ignore[override]
        """Keep the connection open where an answer is still to be given, and see that somebody is there to read it."""
        if not self._is_answering() or self.cycle.more_body:
            return False
        self._half_closed = True
        self._look_for_the_client()
        return True

    def pause_writing(self) -> None:
        """A client that reads nothing for long is left."""
        super().pause_writing()
        self._stuck = self.loop.call_later(UNREAD_S, self.transport.abort)

    def resume_writing(self) -> None:
        """It reads on."""
        if self._stuck is not None:
            self._stuck.cancel()
        super().resume_writing()

    # called by uvicorn

    def handle_events(self) -> None:
        """Read requests as far as they came; one that is not whole yet has its time."""
        super().handle_events()
        if self.transport.is_closing() or self._lingers or self._upgraded:
            return
        if self._has_begun():
            self._expect()
            return
        self._set_timer(None)
        if self._is_answering():
            self._crowd.work(self)

    def on_response_complete(self) -> None:
        """Wait for the next request; after a half-close there is none."""
        super().on_response_complete()
        if self.transport.is_closing() or self._is_answering():
            return
        if self._half_closed:
            self.transport.close()
        else:
            self._crowd.wait(self)

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP. `msg` is uvicorn's and says less."""
        del msg
        self._give_up(400)

    def shutdown(self) -> None:
        """Answer what has come; what is half sent has a second."""
        if self._lingers:
            return
        if self._is_answering() and self.cycle.more_body:
            self.cycle.keep_alive = False
            self._set_timer(self.loop.call_later(STOPS_S, self._give_up, _STOPPING))
        elif self._is_answering():
            self.cycle.keep_alive = False
            self._set_timer(self.loop.call_later(ANSWERS_S, self._stop_answering))
        else:
            self.transport.close()

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        """Go over to a WebSocket, which is one of the crowd as long as it is open."""
        self._upgraded = True
        self._set_timer(None)
        self._crowd.work(self)
        super().handle_websocket_upgrade(event)
        socket_protocol: Any = self.transport.get_protocol()
        ends = socket_protocol.connection_lost

        def lost(exc: Exception | None) -> None:
            self._crowd.leave(self)
            ends(exc)

        socket_protocol.connection_lost = lost

    def _unsupported_upgrade_warning(self) -> None:
        """Clients that offer another protocol are answered in this one."""

    # ours

    def _is_answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _has_begun(self) -> bool:
        """Whether a part of a request has come, and a part is still missing."""
        state = self.conn.their_state
        return state is h11.SEND_BODY or (state is h11.IDLE and bool(self.conn.trailing_data[0]))

    def _may_answer(self) -> bool:
        """Whether the request has not been answered yet, nor an answer begun."""
        return self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE)

    def _expect(self) -> None:
        if self._timer is None:
            self._set_timer(self.loop.call_later(self._receive_s, self._too_late))

    def _set_timer(self, timer: asyncio.TimerHandle | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = timer

    def _too_late(self) -> None:
        if self._has_begun():
            self._give_up(408)
        else:
            self.transport.close()

    def _give_up(self, status: int) -> None:
        """Answer in the application's place where nothing has been answered yet, and end."""
        self._set_timer(None)
        if self.transport.is_closing():
            return
        if self._may_answer():
            with suppress(h11.LocalProtocolError):  # HEAD wants no body
                self._say(status)
        if self._is_answering():
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        self._linger()

    def _stop_answering(self) -> None:
        """Whoever has no answer is told to come again; one that has begun has the rest of the time."""
        if self._is_answering() and not self.cycle.response_started:
            self._give_up(_STOPPING)

    def _say(self, status: int) -> None:
        body = self._reasons[status]
        told = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode())]
        told += [(b"retry-after", b"1")] if status == _STOPPING else []
        events: list[Any] = [
            h11.Response(status_code=status, headers=[*told, (b"connection", b"close"), *PLAIN]),
            h11.Data(data=body),
            h11.EndOfMessage(),
        ]
        for event in events:
            self.transport.write(self.conn.send(event) or b"")

    def _linger(self) -> None:
        """End when the client has read all, or after a while: closed at once, unread bytes would take it the answer."""
        self._unset_keepalive_if_required()
        self._lingers = True
        self._crowd.wait(self)
        self.flow.resume_reading()
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self._set_timer(self.loop.call_later(LINGERS_S, self.transport.abort))

    def _look_for_the_client(self, looked: int = 0) -> None:
        """End the work for a client that is gone. One that closed its half alone reads on, and passes over a 100."""
        if self.transport.is_closing() or not self._is_answering() or self.cycle.response_started:
            return
        if _is_gone(self.transport):
            self.transport.abort()
            return
        if self.scope["http_version"] == "1.1" and looked % 10 == 0:
            self.transport.write(_STILL_THERE)
        wait = LOOKS_S[min(looked, len(LOOKS_S) - 1)]
        self._set_timer(self.loop.call_later(wait, self._look_for_the_client, looked + 1))


def _is_gone(transport: asyncio.Transport) -> bool:
    """Whether the other side has answered what was sent by a reset."""
    there: socket.socket = transport.get_extra_info("socket")
    return there.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) != 0
