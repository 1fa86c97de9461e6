"""Profiles (courier-api.md §4): the same records that identify calls write."""

from collections.abc import Callable
from typing import Any, Literal

import jsonpatch
import jsonpointer
import msgspec
from litestar import Controller, delete, get, patch, post, put
from litestar.params import FromPath, JSONBody

from tidings.api.authentication import Grant
from tidings.api.injected import Injected
from tidings.errors import InvalidInput, NotFound, TooLarge
from tidings.ingest.send import DEPTH_MAX, nests_deeper
from tidings.profiles import merge

PROFILE_BYTES_MAX = 256 * 1024
"""As JSON: far more than any template reads, and small enough to be read with every message."""
PATCH_OPERATIONS_MAX = 200
"""A patch is applied while nobody else may write."""

Json = dict[str, Any]


class ProfileBody(msgspec.Struct):
    """A profile to write."""

    profile: Json


class PatchBody(msgspec.Struct):
    """RFC 6902 operations."""

    patch: list[Json]


class ProfileAnswer(msgspec.Struct):
    """A profile as it stands."""

    profile: Json


class Success(msgspec.Struct):
    """Done."""

    status: Literal["SUCCESS"] = "SUCCESS"


class ProfileController(Controller):
    """All we know of a user."""

    path = "/profiles/{user_id:str}"
    tags = ("Profiles",)

    @get(summary="Read a profile")
    async def retrieve(self, user_id: FromPath[str], grant: Grant, services: Injected) -> ProfileAnswer:
        """Answer 404 for a user nobody has told us about."""
        if found := await services.profiles.find(grant.environment_id, user_id):
            return ProfileAnswer(profile=found.data)
        raise NotFound("Not Found")

    @post(status_code=200, summary="Merge into a profile")
    async def create(
        self, user_id: FromPath[str], data: JSONBody[ProfileBody], grant: Grant, services: Injected
    ) -> Success:
        """Merge deeply: what the request does not mention stays. Creates the profile when there is none."""
        check(data.profile)
        return await _change(services, grant, user_id, lambda old: merge(old, data.profile))

    @put(summary="Replace a profile")
    async def replace(
        self, user_id: FromPath[str], data: JSONBody[ProfileBody], grant: Grant, services: Injected
    ) -> Success:
        """Replace it whole; `{}` empties it."""
        check(data.profile)
        return await _change(services, grant, user_id, lambda _: data.profile)

    @patch(summary="Patch a profile (RFC 6902)")
    async def update(
        self,
        user_id: FromPath[str],
        data: JSONBody[PatchBody | list[Json]],
        grant: Grant,
        services: Injected,
    ) -> Success:
        """Apply all operations or none. Creates the profile when there is none."""
        operations = data.patch if isinstance(data, PatchBody) else data
        if len(operations) > PATCH_OPERATIONS_MAX:
            raise TooLarge(f"a patch has {PATCH_OPERATIONS_MAX} operations at most", path="patch")
        return await _change(services, grant, user_id, lambda old: patched(old, operations))

    @delete(status_code=200, summary="Delete a profile")
    async def delete(self, user_id: FromPath[str], grant: Grant, services: Injected) -> Success:
        """Deleting what is not there is harmless."""
        return await _change(services, grant, user_id, lambda _: None)


async def _change(
    services: Injected, grant: Grant, user_id: FromPath[str], change: Callable[[Json], Json | None]
) -> Success:
    """Change the profile that reading by this id shows; a new one belongs to the user id."""
    found = await services.profiles.find(grant.environment_id, user_id)
    user_key = found.user_key if found else "u:" + user_id

    def apply(old: Json | None) -> Json | None:
        new = change(old or {})
        if new is not None:
            check(new)
        return new

    await services.profiles.change(grant.environment_id, user_key, apply, now=services.clock.now_ms())
    return Success()


def check(profile: Any) -> None:
    """Hold a profile to its limits. Raises `TooLarge`."""
    if nests_deeper(profile, DEPTH_MAX):
        raise TooLarge(f"a profile nests {DEPTH_MAX} levels at most", path="profile")
    if len(msgspec.json.encode(profile)) > PROFILE_BYTES_MAX:
        raise TooLarge(f"a profile has {PROFILE_BYTES_MAX} bytes at most", path="profile")


def patched(profile: Json, operations: list[Json]) -> Json:
    """Apply RFC 6902 operations, each held to the limits: `copy` doubles what it copies.

    Raises `InvalidInput` naming the operation.
    """
    for index, operation in enumerate(operations):
        try:
            profile = jsonpatch.apply_patch(profile, [operation])
        except (jsonpatch.JsonPatchException, jsonpointer.JsonPointerException, TypeError, ValueError) as error:
            raise InvalidInput(_patch_fault(error), path=f"patch[{index}]") from error
        if not isinstance(profile, dict):
            raise InvalidInput("a profile is an object", path=f"patch[{index}]")
        check(profile)
    return profile


def _patch_fault(error: Exception) -> str:
    """Say what is wrong with an operation without quoting the profile."""
    match error:
        case jsonpatch.JsonPatchTestFailed():
            return "the test failed: the profile holds something else there"
        case jsonpatch.JsonPatchConflict() | jsonpointer.JsonPointerException():
            return "the profile has nothing at that path"
    return "is no RFC 6902 operation: give `op`, `path` and what the op needs (`value` or `from`)"
