import pytest

ODD_IDS = [
    "ann@example.com",
    "a/b",
    "100%",
    "a%2Fb",
    "#1",
    "a b",
    "Ünïcode 😀",
    "?q=1",
    "..",
    "a//b/",
    "%",
    "%25",
    "+",
    ";:&=",
    "profiles",
]


def quoted(text):
    """Escape everything that a URL does not take for itself, as the official clients do."""
    return "".join(chr(b) if chr(b).isalnum() and b < 128 else f"%{b:02X}" for b in text.encode())


@pytest.mark.parametrize("user_id", ODD_IDS)
async def test_ids_may_hold_any_character(api, services, environments, user_id):
    """A percent-encoded id names exactly that id, whatever characters it holds."""
    answer = await api.put(f"/profiles/{quoted(user_id)}", json={"profile": {"name": "Ann"}})

    assert answer.status_code == 200
    stored = await services.profiles.get([(environments.production, "u:" + user_id)])
    assert list(stored) == [(environments.production, "u:" + user_id)]
    assert (await api.get(f"/profiles/{quoted(user_id)}")).json() == {"profile": {"name": "Ann"}}


async def test_ids_are_told_apart_by_their_escapes(api):
    """`a/b` and `a%2Fb` are two users."""
    await api.put("/profiles/a%2Fb", json={"profile": {"which": "slash"}})
    await api.put("/profiles/a%252Fb", json={"profile": {"which": "percent"}})

    assert (await api.get("/profiles/a%2Fb")).json()["profile"] == {"which": "slash"}
    assert (await api.get("/profiles/a%252Fb")).json()["profile"] == {"which": "percent"}


async def test_a_slash_that_is_not_escaped_separates(api, refused):
    """`/profiles/a/b` is another route, and there is none."""
    refused(await api.get("/profiles/a/b"), 404, "Not Found")


async def test_words_of_the_path_may_be_escaped_too(api):
    """`/%70rofiles/ann` is `/profiles/ann`."""
    await api.put("/profiles/ann", json={"profile": {"name": "Ann"}})

    assert (await api.get("/%70rofiles/ann")).status_code == 200


@pytest.mark.parametrize("path", ["/profiles/a%00b", "/profiles/%ff%fe", "/profiles/" + "x" * 1025])
async def test_what_no_id_can_be_is_refused(api, refused, path):
    """NUL, broken UTF-8 and ids beyond 1 KiB are the caller's fault."""
    refused(await api.get(path), 400, "user_id: an id")
