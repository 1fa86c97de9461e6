"""What stands in `to`: one recipient, a list, a pattern of lists, an audience, a tenant, or several of these."""

from typing import Any

import msgspec

from tidings.recipients.recipient import NOT_A_WAY

Json = dict[str, Any]


class Direct(msgspec.Struct, frozen=True):
    """One recipient, named by id, by address, or by where a provider finds them."""

    to: Json


class OfList(msgspec.Struct, frozen=True):
    """Everyone on a list."""

    list_id: str
    data: Json
    tenants: tuple[str, ...] = ()
    """Only who belongs to all of these."""


class OfPattern(msgspec.Struct, frozen=True):
    """Everyone on the lists that a pattern names."""

    pattern: str
    data: Json


class OfAudience(msgspec.Struct, frozen=True):
    """Everyone in an audience."""

    audience_id: str
    data: Json
    tenants: tuple[str, ...] = ()
    """Only who belongs to all of these."""


class OfTenant(msgspec.Struct, frozen=True):
    """Everyone who belongs to a tenant, in its name; with children also to any tenant below it, in that one's name."""

    tenant_id: str
    data: Json
    with_children: bool = False


class OfJob(msgspec.Struct, frozen=True):
    """Everyone who was added to a bulk job."""

    job_id: str


Target = Direct | OfList | OfPattern | OfAudience | OfTenant | OfJob

BULK_JOB = "bulk_job"
"""How the request that a bulk job becomes names its users; no door takes it."""


def is_many(to: Any) -> bool:
    """Tell whether this may be more than one recipient: then each gets a message with an id of its own."""
    return isinstance(to, list) or not isinstance(_target(to), Direct)


def targets(to: Any) -> tuple[Target, ...]:
    """Read `to`, which was checked at the door."""
    return tuple(_target(item) for item in (to if isinstance(to, list) else [to]))


def _target(item: Json) -> Target:
    """Recognise a target by its keys; a user who is named keeps `list_id` as where the wish came from."""
    if item.get("user_id") is None:
        if item.get("list_id") is not None:
            return OfList(item["list_id"], item.get("data") or {}, _tenants(item))
        if item.get("list_pattern") is not None:
            return OfPattern(item["list_pattern"], item.get("data") or {})
        if item.get("audience_id") is not None:
            return OfAudience(item["audience_id"], item.get("data") or {}, _tenants(item))
        if item.get(BULK_JOB) is not None:
            return OfJob(item[BULK_JOB])
        tenant_id = item.get("tenant_id") or item.get("account_id")
        if tenant_id is not None and not has_way(item):
            return OfTenant(tenant_id, item.get("data") or {}, item.get("include_children") is True)
    return Direct(item)


def has_way(item: Json) -> bool:
    """Tell whether it says where a recipient is to be found, beside what it says about them."""
    return any(value not in (None, "", {}, []) for key, value in item.items() if key not in NOT_A_WAY)


def _tenants(item: Json) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each["value"] for each in item.get("filters") or ()))
