"""What keys open, held in memory: the front door asks with every request."""

import hmac
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol, TypeVar

import structlog

from tidings.clock import Clock
from tidings.errors import Unavailable
from tidings.ports import ApiKeyStore, SourceStore, Wakeup
from tidings.workspaces import ApiKeyGrant, Environment, OAuthKey, SourceGrant, hash_key

_HOUR_MS = 3_600_000
REFRESH_S = 5.0
"""How long a revoked key may live on when its wake-up was lost."""

log = structlog.get_logger()


class _Hashed(Protocol):
    @property
    def key_hash(self) -> bytes: ...


G = TypeVar("G", bound=_Hashed)


class Grants:
    """All grants of an installation, as of the last `refresh`; empty before the first."""

    def __init__(self, *, api_keys: ApiKeyStore, sources: SourceStore) -> None:
        self._api_key_store = api_keys
        self._source_store = sources
        self._api_keys: Mapping[bytes, ApiKeyGrant] = {}
        self._of_keys: Mapping[str, ApiKeyGrant] = {}
        self._sources: Mapping[bytes, SourceGrant] = {}
        self._oauth_keys: Mapping[tuple[str, str], tuple[SourceGrant, OAuthKey]] = {}
        self._environments: Sequence[Environment] = ()
        self._used: set[str] = set()
        self._noted: dict[str, int] = {}

    def api_key(self, key: str) -> ApiKeyGrant | None:
        """Tell what an API key opens."""
        grant = _find(self._api_keys, key)
        if grant is not None:
            self._used.add(grant.key_id)
        return grant

    def of_key(self, key_id: str) -> ApiKeyGrant | None:
        """Tell what the API key of this id opens."""
        return self._of_keys.get(key_id)

    def source(self, write_key: str) -> SourceGrant | None:
        """Tell which source a write key belongs to, a disabled one too."""
        return _find(self._sources, write_key)

    def oauth_key(self, client_id: str, key_id: str) -> tuple[SourceGrant, OAuthKey] | None:
        """Find an app's OAuth key, and its source, a disabled one too."""
        return self._oauth_keys.get((client_id, key_id))

    def environments(self) -> Sequence[Environment]:
        """List the environments there are, in order of id."""
        return self._environments

    async def refresh(self) -> None:
        """Read all grants anew. Raises `Unavailable`; then what was held is held on."""
        api_keys = _by_hash(await self._api_key_store.grants())
        environments = await self._api_key_store.environments()
        self._sources = _by_hash(await self._source_store.grants())
        self._oauth_keys = {
            (key.client_id, key.key_id): (grant, key) for grant in self._sources.values() for key in grant.oauth_keys
        }
        self._api_keys = api_keys
        self._of_keys = {grant.key_id: grant for grant in api_keys.values()}
        self._environments = environments

    async def note_used(self, *, now: int) -> None:
        """Tell the store which keys were used since: each once an hour. Raises `Unavailable`."""
        used, self._used = self._used, set()
        hour = now // _HOUR_MS
        fresh = {key_id for key_id in used if self._noted.get(key_id) != hour}
        if fresh:
            await self._api_key_store.used(fresh, at=hour * _HOUR_MS)
            self._noted |= dict.fromkeys(fresh, hour)

    async def run(self, wakeup: Wakeup, clock: Clock) -> None:
        """Refresh whenever configuration changes, and now and then; until cancelled."""
        while True:
            await wakeup.wait("config", REFRESH_S)
            try:
                await self.refresh()
                await self.note_used(now=clock.now_ms())
            except Unavailable as error:
                log.warning("grants.not_refreshed", reason=str(error))
            except Exception:  # one bad answer must not leave revoked keys open for ever
                log.exception("grants.not_refreshed")


def _by_hash(grants: Iterable[G]) -> Mapping[bytes, G]:
    return {grant.key_hash: grant for grant in grants}


def _find(grants: Mapping[bytes, G], key: str) -> G | None:
    digest = hash_key(key)
    grant = grants.get(digest)
    return grant if grant is not None and hmac.compare_digest(grant.key_hash, digest) else None
