import asyncio

import pytest

from tidings.accounts import Account, AccountChange, Credentials, Role, StudioSession
from tidings.backends.sql.account_store import SqlAccountStore
from tidings.backends.sql.api_key_store import SqlApiKeyStore
from tidings.backends.sql.studio_session_store import SqlStudioSessionStore
from tidings.errors import Conflict, NotFound
from tidings.secrets import SecretBox

SECRET = "DOYSCD7KPPBRLLKESGNRVFO3SGHKDRGS"
TOKEN = "a-token-of-some-length-0123456789"


@pytest.fixture
async def store(database):
    """The accounts of an installation that has started once."""
    await SqlApiKeyStore(database).bootstrap(now=1)
    return SqlAccountStore(database, SecretBox("0123456789abcdef"))


@pytest.fixture
def sessions(database):
    """The sessions of the same database."""
    return SqlStudioSessionStore(database)


def ann(**fields):
    """Ann, who designs."""
    defaults = {"id": "acc_ann", "workspace_id": 1, "email": "ann@example.com", "role": Role.DESIGNER, "created": 5}
    return Account(**{**defaults, **fields})


def session_of(account, session_id="ses_1", **fields):
    """A browser in which somebody is signed in."""
    times = {"created": 10, "seen": 10, "expires": 1_000_000, **fields}
    return StudioSession(id=session_id, workspace_id=1, account=account, **times)


async def test_an_account_is_found_by_its_address(store):
    """With its password's hash; an address of nobody finds nobody."""
    made = await store.add(ann(), password_hash="$argon2…")

    assert made == ann(has_password=True)
    assert await store.find("ann@example.com") == (made, "$argon2…")
    assert await store.credentials("acc_ann") == Credentials(password_hash="$argon2…")
    assert await store.find("bob@example.com") is None
    assert await store.get(1, "acc_ann") == made


async def test_an_address_is_one_accounts(store):
    """Of many that are made at once with one address, one is."""
    made = await asyncio.gather(*(store.add(ann(id=f"acc_{n}")) for n in range(4)), return_exceptions=True)

    assert [type(each) for each in made if isinstance(each, Exception)] == [Conflict] * 3
    assert len(await store.all(1)) == 1


async def test_accounts_are_their_workspaces(store):
    """Another workspace neither sees, changes nor removes them; one that is not there takes none."""
    await store.add(ann())

    assert await store.all(2) == []
    for doing in (
        store.get(2, "acc_ann"),
        store.change(2, "acc_ann", AccountChange(role=Role.ADMIN), now=6),
        store.remove(2, "acc_ann"),
        store.add(ann(id="acc_b", email="b@example.com", workspace_id=9)),
    ):
        with pytest.raises(NotFound):
            await doing
    assert await store.all(1) == [ann()]


async def test_what_is_not_named_stays(store):
    """Each change by itself; the first time of disabling stands."""
    await store.add(ann(name="Ann"))

    assert await store.change(1, "acc_ann", AccountChange(role=Role.MANAGER), now=6) == ann(
        name="Ann", role=Role.MANAGER
    )
    await store.change(1, "acc_ann", AccountChange(disabled=True), now=7)
    assert (await store.change(1, "acc_ann", AccountChange(disabled=True, name="A."), now=8)).disabled == 7
    again = await store.change(1, "acc_ann", AccountChange(disabled=False), now=9)
    assert again == ann(name="A.", role=Role.MANAGER)


async def test_disabling_shuts_every_door(store, sessions):
    """Sessions and links end with it."""
    account = await store.add(ann())
    await sessions.open(session_of(account), "cookie")
    await store.link("acc_ann", TOKEN, expires_at=100)

    await store.change(1, "acc_ann", AccountChange(disabled=True), now=20)
    await store.change(1, "acc_ann", AccountChange(disabled=False), now=21)

    assert await sessions.read("cookie", now=22) is None
    assert await store.linked(TOKEN, now=22) is None


async def test_a_new_password_ends_the_other_sessions(store, sessions):
    """The one that changed it goes on."""
    account = await store.add(ann(), password_hash="old")
    await sessions.open(session_of(account, "ses_1"), "one")
    await sessions.open(session_of(account, "ses_2"), "two")

    await store.set_password("acc_ann", "new", keeping="ses_2")

    assert await sessions.read("one", now=22) is None
    assert (await sessions.read("two", now=22)).id == "ses_2"
    assert (await store.credentials("acc_ann")).password_hash == "new"
    with pytest.raises(NotFound):
        await store.set_password("acc_nobody", "new")


async def test_a_hash_is_renewed_unless_the_password_changed(store):
    """A newer hash of an older password replaces nothing."""
    await store.add(ann(), password_hash="old")

    await store.renew_hash("acc_ann", "renewed", instead_of="another")
    assert (await store.credentials("acc_ann")).password_hash == "old"
    await store.renew_hash("acc_ann", "renewed", instead_of="old")
    assert (await store.credentials("acc_ann")).password_hash == "renewed"


async def test_a_link_sets_a_password_once(store):
    """Of those who race for it, one; the address, and where a name is given that too, are then known."""
    await store.add(ann())
    await store.link("acc_ann", TOKEN, expires_at=100)
    assert await store.linked(TOKEN, now=99) == ann()
    assert await store.linked(TOKEN, now=100) is None

    took = await asyncio.gather(*(store.accept(TOKEN, "hash", name="Ann", now=50) for _ in range(4)))

    assert [each for each in took if each] == [ann(name="Ann", has_password=True)]
    assert await store.accept(TOKEN, "evil", name="", now=51) is None
    assert (await store.credentials("acc_ann")).password_hash == "hash"


async def test_an_older_link_ends_with_a_newer(store):
    """One link at a time."""
    await store.add(ann(name="Ann"))
    await store.link("acc_ann", TOKEN, expires_at=100)
    await store.link("acc_ann", "another", expires_at=100)

    assert await store.accept(TOKEN, "hash", name="", now=50) is None
    assert (await store.accept("another", "hash", name="", now=50)).name == "Ann"


async def test_a_code_is_used_once(store):
    """A step that was used opens nothing any more, nor does any older one."""
    await store.add(ann())

    assert sorted(await asyncio.gather(*(store.use_step("acc_ann", 8) for _ in range(4)))) == [False] * 3 + [True]
    assert not await store.use_step("acc_ann", 7)
    assert await store.use_step("acc_ann", 9)


async def test_recovery_codes_are_used_once(store):
    """They come with the second factor and go with it."""
    await store.add(ann())
    await store.set_second_factor("acc_ann", SECRET, [b"a" * 32, b"b" * 32])
    assert (await store.get(1, "acc_ann")).has_second_factor
    assert (await store.credentials("acc_ann")).second_factor == SECRET

    assert [await store.use_recovery_code("acc_ann", b"a" * 32) for _ in range(2)] == [True, False]
    assert await store.recovery_codes("acc_ann") == 1
    await store.set_second_factor("acc_ann", None)
    assert await store.recovery_codes("acc_ann") == 0
    assert (await store.credentials("acc_ann")).second_factor is None
    with pytest.raises(NotFound):
        await store.set_second_factor("acc_nobody", SECRET)


async def test_removing_leaves_nothing(store, sessions):
    """Its address is free again; its sessions have ended."""
    account = await store.add(ann())
    await store.set_second_factor("acc_ann", SECRET, [b"a" * 32])
    await sessions.open(session_of(account), "cookie")

    await store.remove(1, "acc_ann")

    assert await sessions.read("cookie", now=22) is None
    assert await store.find("ann@example.com") is None
    assert await store.add(ann(id="acc_new"))
    with pytest.raises(NotFound):
        await store.credentials("acc_ann")


async def test_it_is_known_when_somebody_signed_in(store):
    """The last time."""
    await store.add(ann())
    await store.signed_in("acc_ann", now=77)

    assert (await store.get(1, "acc_ann")).signed_in == 77


async def test_no_secret_can_be_read_from_the_files(store, database, database_place):
    """Neither a link's token nor the second factor's secret stands in the database's files."""
    await store.add(ann())
    await store.link("acc_ann", TOKEN, expires_at=100)
    await store.set_second_factor("acc_ann", SECRET)
    files = database_place.written()
    await database.close()
    files += database_place.written()

    assert any(b"ann@example.com" in content for content in files)
    assert not any(word.encode() in content for word in (TOKEN, SECRET) for content in files)


async def test_an_account_is_bound_to_one_identity(store):
    """From then on it is found by it; another of the same issuer is not taken, one of a new issuer is."""
    await store.add(ann())
    assert await store.identified("https://id.example.com", "1") is None

    assert await store.bind("acc_ann", "https://id.example.com", "1")
    assert await store.identified("https://id.example.com", "1") == ann(has_identity=True)
    assert await store.bind("acc_ann", "https://id.example.com", "1")
    assert not await store.bind("acc_ann", "https://id.example.com", "2")
    assert await store.identified("https://id.example.com", "2") is None

    assert await store.bind("acc_ann", "https://new.example.com", "7")
    assert await store.identified("https://id.example.com", "1") is None
    assert await store.identified("https://new.example.com", "7") == ann(has_identity=True)


async def test_an_identity_is_one_accounts(store):
    """It is not taken from whoever has it."""
    await store.add(ann())
    await store.add(ann(id="acc_bob", email="bob@example.com"))
    await store.bind("acc_ann", "https://id.example.com", "1")

    with pytest.raises(Conflict):
        await store.bind("acc_bob", "https://id.example.com", "1")
    with pytest.raises(NotFound):
        await store.bind("acc_eve", "https://id.example.com", "9")


async def test_who_comes_by_an_identity_needs_no_link_any_more(store):
    """An invitation on its way opens nothing afterwards."""
    await store.add(ann())
    await store.link("acc_ann", TOKEN, expires_at=100)

    await store.bind("acc_ann", "https://id.example.com", "1")

    assert await store.linked(TOKEN, now=10) is None


async def test_a_forgotten_identity_opens_nothing(store, sessions):
    """Its sessions end, and the next identity with the address is bound; another workspace forgets none."""
    await store.add(ann())
    await store.bind("acc_ann", "https://id.example.com", "1")
    await sessions.open(session_of(ann()), TOKEN)

    with pytest.raises(NotFound):
        await store.unbind(2, "acc_ann")
    assert await sessions.read(TOKEN, now=20) is not None
    await store.unbind(1, "acc_ann")

    assert await sessions.read(TOKEN, now=20) is None
    assert await store.get(1, "acc_ann") == ann()
    assert await store.bind("acc_ann", "https://id.example.com", "2")
