import pytest


async def write(api, profile, user_id="ann"):
    """Write a whole profile."""
    answer = await api.put(f"/profiles/{user_id}", json={"profile": profile})
    assert answer.json() == {"status": "SUCCESS"}


async def read(api, user_id="ann"):
    """Read a profile's data."""
    return (await api.get(f"/profiles/{user_id}")).json()["profile"]


async def test_an_unknown_profile_is_not_found(api, refused):
    """Reading a user nobody has told us about answers 404."""
    refused(await api.get("/profiles/nobody"), 404, "Not Found")


async def test_posting_merges_deeply(api):
    """POST keeps what it does not mention, at every level."""
    await write(api, {"name": "Ann", "tokens": {"slack": "a"}})

    answer = await api.post("/profiles/ann", json={"profile": {"tokens": {"teams": "b"}, "plan": "pro"}})

    assert (answer.status_code, answer.json()) == (200, {"status": "SUCCESS"})
    assert await read(api) == {"name": "Ann", "tokens": {"slack": "a", "teams": "b"}, "plan": "pro"}


async def test_putting_replaces(api):
    """PUT forgets what it does not mention; `{}` empties."""
    await write(api, {"name": "Ann", "plan": "pro"})
    await write(api, {"plan": "free"})
    assert await read(api) == {"plan": "free"}

    await write(api, {})
    assert await read(api) == {}


async def test_values_keep_their_types(api):
    """What was written is what is read: big numbers, nulls, nesting, any text."""
    profile = {"n": 12345678980, "big": 2**70, "f": 19.9, "no": None, "yes": True, "l": [1, {"a": []}], "t": "ü😀\n"}

    await write(api, profile)

    assert await read(api) == profile


@pytest.mark.parametrize("wrapped", [True, False])
async def test_a_patch_is_applied_in_order(api, wrapped):
    """RFC 6902 operations, as `{patch: […]}` or as a bare array."""
    await write(api, {"name": "Ann", "tags": ["a"]})
    operations = [
        {"op": "add", "path": "/tags/-", "value": "b"},
        {"op": "copy", "from": "/name", "path": "/nick"},
        {"op": "replace", "path": "/name", "value": "Anna"},
        {"op": "test", "path": "/nick", "value": "Ann"},
    ]

    answer = await api.patch("/profiles/ann", json={"patch": operations} if wrapped else operations)

    assert answer.json() == {"status": "SUCCESS"}
    assert await read(api) == {"name": "Anna", "nick": "Ann", "tags": ["a", "b"]}


async def test_a_patch_creates_a_profile(api):
    """Patching a user nobody knows begins with nothing."""
    await api.patch("/profiles/new", json={"patch": [{"op": "add", "path": "/name", "value": "New"}]})

    assert await read(api, "new") == {"name": "New"}


@pytest.mark.parametrize(
    ("operation", "words"),
    [
        ({"op": "remove", "path": "/missing"}, "nothing at that path"),
        ({"op": "test", "path": "/name", "value": "Bob"}, "the test failed"),
        ({"op": "fly", "path": "/name"}, "is no RFC 6902 operation"),
        ({"op": "add", "path": "/name"}, "is no RFC 6902 operation"),
        ({"op": "add", "path": "name", "value": 1}, "patch[1]"),
        ({"path": "/name"}, "is no RFC 6902 operation"),
        ({"op": "replace", "path": "", "value": []}, "a profile is an object"),
        ({"op": "add", "path": "/name/deep", "value": 1}, "patch[1]"),
    ],
)
async def test_a_patch_is_all_or_nothing(api, refused, operation, words):
    """An operation that cannot be applied is named, and none of the patch is kept."""
    await write(api, {"name": "Ann"})

    answer = await api.patch("/profiles/ann", json=[{"op": "add", "path": "/plan", "value": "pro"}, operation])

    assert "patch[1]" in refused(answer, 400, words)["message"]
    assert "Ann" not in answer.text
    assert await read(api) == {"name": "Ann"}


async def test_a_patch_cannot_grow_without_bound(api, refused):
    """`copy` doubles what it copies; the limit stops it early."""
    await write(api, {"a": ["x" * 1000]})
    doubling = [{"op": "copy", "from": "/a", "path": f"/a/{n}"} for n in range(1, 60)]

    refused(await api.patch("/profiles/ann", json=doubling), 413, "262144 bytes at most")
    refused(await api.patch("/profiles/ann", json=doubling * 4), 413, "200 operations at most")


@pytest.mark.parametrize("method", ["POST", "PUT"])
async def test_a_profile_has_limits(api, refused, method):
    """256 KiB and 64 levels, whichever way it is written."""
    deep = leaf = {}
    for _ in range(64):
        leaf["a"] = {}
        leaf = leaf["a"]

    refused(await api.request(method, "/profiles/ann", json={"profile": deep}), 413, "64 levels at most")
    big = {"profile": {"a": "x" * 262_144}}
    refused(await api.request(method, "/profiles/ann", json=big), 413, "262144 bytes at most")
    refused(await api.get("/profiles/ann"), 404)


async def test_merging_cannot_pass_the_limit_bit_by_bit(api, refused):
    """The limit counts the profile as it would stand."""
    await write(api, {"a": "x" * 200_000})

    refused(await api.post("/profiles/ann", json={"profile": {"b": "x" * 100_000}}), 413, "262144 bytes at most")
    assert "b" not in await read(api)


async def test_deleting_forgets(api, refused):
    """Deleting twice is harmless."""
    await write(api, {"name": "Ann"})

    for _ in range(2):
        assert (await api.delete("/profiles/ann")).json() == {"status": "SUCCESS"}
    refused(await api.get("/profiles/ann"), 404)


async def test_an_anonymous_profile_is_the_same_record(api, services, environments):
    """A profile that an anonymous identify made is read and written by that id."""
    await services.profiles.change(environments.production, "a:anon-1", lambda _: {"seen": 1}, now=1)

    await api.post("/profiles/anon-1", json={"profile": {"plan": "pro"}})

    assert await read(api, "anon-1") == {"seen": 1, "plan": "pro"}
    assert not await services.profiles.get([(environments.production, "u:anon-1")])
