"""An address, or a user, that gets nothing more."""

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from tidings.channels import e164, is_e164
from tidings.errors import InvalidInput

Given = Literal["bounce", "complaint", "unsubscribe", "manual"]
"""Why, as providers and people may say."""
Kind = Given | Literal["privacy"]
"""Why; `privacy` is what a regulation puts there, and lifts again."""
_BYTES_MAX = 1100
_CHANNELS = {"email": "email", "phone": "sms"}


class Suppression(msgspec.Struct, frozen=True, kw_only=True):
    """Why nothing more goes to an address or a user."""

    environment_id: int
    address: str
    """`email:ann@example.com`, `phone:+4930…` or `user:ann`."""
    kind: Kind
    detail: str = ""
    created: int

    @property
    def channel(self) -> str | None:
        """The channel that is closed; None for all of them."""
        return _CHANNELS.get(self.address.partition(":")[0])


def address_of(kind: str, value: str) -> str:
    """Name an address as suppressions do: case and blanks make no other address. Raises `InvalidInput`."""
    value = value.strip() if kind == "user" else value.strip().lower()
    if kind not in {"email", "phone", "user"} or not value or "\x00" in value:
        raise InvalidInput("is `email:`, `phone:` or `user:` and what is meant", path="address")
    address = f"{kind}:{value}"
    if len(address.encode()) > _BYTES_MAX:
        raise InvalidInput(f"has {_BYTES_MAX} bytes at most", path="address")
    return address


def addresses_of(user_id: str | None, profile: Mapping[str, Any]) -> list[str]:
    """Name all that a recipient may be suppressed by. A number is on the list as it is written, or in E.164."""
    number = profile.get("phone_number")
    found = [("user", user_id), ("email", profile.get("email")), ("phone", number)]
    named = [
        f"{kind}:{value.strip() if kind == 'user' else value.strip().lower()}"
        for kind, value in found
        if isinstance(value, str) and value.strip()
    ]
    if isinstance(number, str) and not is_e164(number.strip()) and (spelt := e164(number)):
        named.append(f"phone:{spelt}")
    return named
