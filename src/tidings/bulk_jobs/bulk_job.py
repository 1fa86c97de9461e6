"""A bulk job and its users (courier-api.md §8)."""

from typing import Any

import msgspec

Json = dict[str, Any]


class BulkJob(msgspec.Struct, frozen=True, kw_only=True):
    """One message for users who are added until it is run; then it is a request to many, under the job's id."""

    environment_id: int
    id: str
    definition: Json
    """`message` as it was given."""
    message: Json
    """The same, as a request to send holds it."""
    received: int = 0
    """Users that were added."""
    created: int
    run_at: int | None = None


class BulkUser(msgspec.Struct, frozen=True, kw_only=True):
    """One user of a job."""

    number: int = 0
    """1, 2, … within the job."""
    key: str
    """Two of one job with the same key are the same."""
    user: Json
    """As it was given."""


def recipient_of_user(user: Json) -> Json:
    """Write a user of a job as the `to` of a request: the profile is laid over, then `to`; `recipient` is the id."""
    own = user.get("to") or {}
    data = {**(user.get("data") or {}), **(own.get("data") or {})}
    to: Json = {**(user.get("profile") or {}), **own}
    if user.get("recipient") and "user_id" not in own:
        to["user_id"] = user["recipient"]
    if user.get("preferences") and "preferences" not in own:
        to["preferences"] = user["preferences"]
    return {**to, "data": data} if data else to
