"""OAuth keys of sources, and which proofs were used."""

from typing import Protocol

from tidings.workspaces import Assertion, OAuthKey


class OAuthKeyStore(Protocol):
    """Public keys by which apps prove who they are. What they open comes with `SourceStore.grants`."""

    async def add(self, environment_id: int, source_id: int, key: OAuthKey) -> None:
        """Give a source one more key; the others open it as before.

        Raises `NotFound`, `Conflict` when a key of this `client_id` and `key_id` is registered anywhere in the
        installation, `TooLarge` past 20 keys of a source.
        """
        ...

    async def all(self, environment_id: int, source_id: int) -> list[OAuthKey]:
        """List a source's keys, oldest first. Raises `NotFound`."""
        ...

    async def remove(self, environment_id: int, source_id: int, oauth_key_id: str) -> None:
        """Forget a key. The tokens that were issued by it open nothing any more. Raises `NotFound`."""
        ...

    async def use(self, assertion: Assertion, *, now: int) -> bool:
        """Use a proof up: true the first time only, whichever process asks.

        It is remembered as long as it has to be; older ones are forgotten on the way.
        """
        ...
