"""The same services over HTTP/2, without TLS: who connects must know that beforehand."""

import asyncio
from collections.abc import Iterable

import h2.config
import h2.connection
import h2.events
import h2.exceptions

from tidings.testing.http_service import HttpMood, HttpService, ServiceAnswer, ServiceRequest


class Http2Service(HttpService):
    """A real HTTP/2 server on a free port of 127.0.0.1."""

    def _connection(self) -> asyncio.Protocol:
        return _Http2Connection(self)


class _Http2Connection(asyncio.Protocol):
    """One connection; h2 speaks, the service answers."""

    def __init__(self, service: HttpService) -> None:
        self._service = service
        self._h2 = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False, header_encoding="utf-8"))
        self._transport: asyncio.Transport | None = None
        self._streams: dict[int, tuple[dict[str, str], bytearray]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - for the type checker
        self._transport = transport
        self._service.opened(transport)
        self._h2.initiate_connection()
        self._flush()

    def connection_lost(self, error: Exception | None) -> None:
        del error
        if self._transport is not None:
            self._service.lost(self._transport)
        self._transport = None

    def data_received(self, data: bytes) -> None:
        if self._transport is None:
            return
        if self._service.mood is HttpMood.RESET_BEFORE:
            self._transport.abort()
            return
        try:
            events = self._h2.receive_data(data)
        except h2.exceptions.ProtocolError:
            self._transport.close()
            return
        self._took(events)
        self._flush()

    def _took(self, events: Iterable[h2.events.Event]) -> None:
        for event in events:
            match event:
                case h2.events.RequestReceived(stream_id=int(stream), headers=headers):
                    self._streams[stream] = ({str(name): str(value) for name, value in headers or ()}, bytearray())
                case h2.events.DataReceived(stream_id=int(stream), data=data):
                    self._streams[stream][1].extend(data or b"")
                    self._h2.acknowledge_received_data(event.flow_controlled_length or 0, stream)
                case h2.events.StreamEnded(stream_id=int(stream)):
                    headers_of, body = self._streams.pop(stream)
                    self._begin(stream, headers_of, bytes(body))
                case _:
                    continue

    def _begin(self, stream: int, headers: dict[str, str], body: bytes) -> None:
        path = headers.pop(":path", "/")
        request = ServiceRequest(method=headers.pop(":method", ""), path=path, query={}, headers=headers, body=body)
        task = asyncio.get_running_loop().create_task(self._treat(stream, request))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _treat(self, stream: int, request: ServiceRequest) -> None:
        mood, answer = self._service.judge(request)
        await self._service.wait(mood)
        if self._transport is None:
            return
        match mood:
            case HttpMood.RESET_AFTER | HttpMood.HANG:
                self._transport.abort()
            case HttpMood.NO_HTTP:
                self._transport.write(b"well, hello there\r\n\r\n")
                self._transport.close()
            case HttpMood.PARTIAL:
                self._answer(stream, answer, whole=False)
                self._transport.close()
            case _:
                self._answer(stream, answer, whole=mood is not HttpMood.HUGE)

    def _answer(self, stream: int, answer: ServiceAnswer, *, whole: bool) -> None:
        body = answer.encoded
        fields = [(name.lower(), value) for name, value in answer.headers.items()]
        self._h2.send_headers(stream, [(":status", str(answer.status)), *fields], end_stream=whole and not body)
        if body:
            self._h2.send_data(stream, body, end_stream=whole)
        self._flush()

    def _flush(self) -> None:
        if self._transport is not None and (data := self._h2.data_to_send()):
            self._transport.write(data)
