"""What libraries in browsers load before they send: their settings, and analytics.js itself (segment.md §2.5, §2.6)."""

import asyncio
import re
from pathlib import Path
from typing import Any, Final

import msgspec
from litestar.types import HTTPScope, Receive, Send

from tidings.api.accept_answer import Answer, Headers, Refusal, preflight, respond
from tidings.api.accept_doors import plain
from tidings.api.accept_keys import write_key_of
from tidings.api.grants import Grants
from tidings.api.peer import Peers
from tidings.telemetry import requests_refused

SCRIPT_BYTES_MAX: Final = 4 * 1024 * 1024
COMES_ALONG: Final = Path(__file__).parent / "studio" / "dist" / "analytics"
"""Where `make install` puts analytics.js (`studio/build/analytics.ts`); a checkout that is not built has none."""

_SETTINGS = re.compile(r"/v1/projects/([^/]+)/settings")
_SCRIPT = re.compile(r"/analytics\.js/v1/([^/]+)/analytics(?:\.min)?\.js")
_CHUNK = re.compile(r"/analytics-next/bundles/([A-Za-z0-9][A-Za-z0-9._-]*\.js)")
_CONFIG = "/sourceConfig"
_HOST = re.compile(rb"[A-Za-z0-9._-]{1,253}(?::\d{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](?::\d{1,5})?")
_KEY_MARK = b"__WRITE_KEY__"
_WRITE_KEY = re.compile(r"[A-Za-z0-9_.~-]{1,200}")
"""What may stand in a script: nothing that could end a string."""

_BRIEFLY = ((b"cache-control", b"public, max-age=300"),)
_FOR_EVER = ((b"cache-control", b"public, max-age=31536000, immutable"),)  # a chunk's name has its hash
_ALLOW = ((b"allow", b"GET, HEAD, OPTIONS"),)
_JAVASCRIPT = b"text/javascript; charset=utf-8"


class Browser:
    """Serves what a browser needs, so that it never has to ask Segment's network."""

    def __init__(self, *, grants: Grants, scripts: str, trusted_proxies: str = "") -> None:
        self._grants = grants
        self._scripts = Path(scripts).resolve() if scripts else None
        self._peers = Peers(trusted_proxies)

    @staticmethod
    def handles(path: str) -> bool:
        """Tell whether requests to this path are to come here, whatever their method."""
        tidy = plain(path)
        return tidy == _CONFIG or any(pattern.fullmatch(tidy) for pattern in (_SETTINGS, _SCRIPT, _CHUNK))

    async def __call__(self, scope: HTTPScope, receive: Receive, send: Send) -> None:  # noqa: ARG002 no body is read
        """Answer one HTTP request."""
        headers = dict(scope["headers"])
        try:
            answer = await self._answer(scope, headers)
        except Refusal as refusal:
            requests_refused.labels(refusal.code).inc()
            answer = refusal.answer()
        await respond(send, answer, headers.get(b"origin"))

    async def _answer(self, scope: HTTPScope, headers: Headers) -> Answer:
        if scope["method"] == "OPTIONS":
            return preflight(headers)
        if scope["method"] not in {"GET", "HEAD"}:
            raise Refusal(405, "method_not_allowed", "this is read with GET", headers=_ALLOW)
        path = plain(scope["path"])
        if found := _SETTINGS.fullmatch(path):
            return self._settings(found[1], scope, headers)
        if found := _SCRIPT.fullmatch(path):
            return await self._script(found[1])
        if found := _CHUNK.fullmatch(path):
            return Answer(200, await self._file(found[1]), _FOR_EVER, _JAVASCRIPT)
        return self._config(write_key_of(headers, scope["query_string"]))

    def _settings(self, key: str, scope: HTTPScope, headers: Headers) -> Answer:
        self._require(key)
        host = headers.get(b"host", b"")
        if not _HOST.fullmatch(host):
            raise Refusal(400, "bad_request", "the Host header names no host")
        scheme = self._peers.scheme_of(scope, headers.get(b"x-forwarded-proto"))
        return Answer(200, msgspec.json.encode(settings_of(key, f"{host.decode()}/v1", scheme)), _BRIEFLY)

    async def _script(self, key: str) -> Answer:
        if not _WRITE_KEY.fullmatch(key):
            raise Refusal(404, "unknown_source", "this write key opens nothing")
        script = await self._file("standalone.js")
        return Answer(200, script.replace(_KEY_MARK, key.encode()), _BRIEFLY, _JAVASCRIPT)

    def _config(self, key: str) -> Answer:
        source_id = self._require(key)
        return Answer(200, msgspec.json.encode(config_of(key, source_id)), _BRIEFLY)

    def _require(self, key: str) -> int:
        source = self._grants.source(key)
        if source is None:
            raise Refusal(404, "unknown_source", "this write key opens nothing")
        return source.source_id

    async def _file(self, name: str) -> bytes:
        if self._scripts is None:
            raise Refusal(404, "not_found", "analytics.js is not set up here: docs/how-to/browser.md says how")
        try:
            return await asyncio.to_thread(_read, self._scripts / name)
        except OSError:
            raise Refusal(404, "not_found", "there is no such script") from None


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(SCRIPT_BYTES_MAX)


def settings_of(key: str, api_host: str, protocol: str) -> dict[str, Any]:
    """Write the settings that analytics.js asks for.

    Without `apiKey` it would send nothing; without `apiHost`, to Segment. No destination is listed: ours are reached
    from here, and each entry would make the browser load one more script.
    """
    return {
        "integrations": {
            "Segment.io": {
                "apiKey": key,
                "apiHost": api_host,
                "protocol": protocol,
                "addBundledMetadata": True,
                "unbundledIntegrations": [],
                "maybeBundledConfigIds": {},
                "versionSettings": {"version": "4.4.7", "componentTypes": ["browser"]},
            }
        },
        "plan": {
            "track": {"__default": {"enabled": True, "integrations": {}}},
            "identify": {"__default": {"enabled": True}},
            "group": {"__default": {"enabled": True}},
        },
        "middlewareSettings": {"routingRules": []},
        "enabledMiddleware": {},
        "metrics": {"sampleRate": 0},
        "legacyVideoPluginsEnabled": False,
        "remotePlugins": [],
        "edgeFunction": {},
    }


def config_of(key: str, source_id: int) -> dict[str, Any]:
    """Write the configuration that RudderStack's library for browsers asks for."""
    return {
        "source": {
            "id": str(source_id),
            "name": "tidings",
            "writeKey": key,
            "enabled": True,
            "workspaceId": "tidings",
            "config": {"statsCollection": {"errors": {"enabled": False}, "metrics": {"enabled": False}}},
            "connections": [],
            "destinations": [],
            "dataplanes": {},
        }
    }
