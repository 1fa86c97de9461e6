import pytest

from tidings.accounts import Account, Actor, AuditEvent, Role
from tidings.backends.sql.account_store import SqlAccountStore
from tidings.backends.sql.api_key_store import SqlApiKeyStore
from tidings.backends.sql.audit_log import SqlAuditLog
from tidings.errors import InvalidInput, NotFound
from tidings.secrets import SecretBox

WORKSPACE, OURS, THEIRS = 1, 1, 2


@pytest.fixture
def log(database):
    """The log of an empty database."""
    return SqlAuditLog(database)


def published(number, **fields):
    """A change, told by its number."""
    defaults = {
        "id": f"aud_{number}",
        "at": number,
        "workspace_id": WORKSPACE,
        "environment_id": OURS,
        "actor": Actor("api_key", "key_1"),
        "type": "notifications:publish",
        "method": "POST",
        "route": "/notifications/{template_id}/publish",
        "target": "nt_a",
        "status": 204,
        "address": "10.1.2.0/24",
    }
    return AuditEvent(**{**defaults, **fields})


async def test_an_environment_has_its_own_changes_and_its_workspaces(log):
    """Newest first, page by page; those of another environment or workspace are not there."""
    mine = [published(1), published(2, environment_id=0), published(3), published(5, environment_id=0), published(6)]
    for event in (*mine, published(4, environment_id=THEIRS), published(7, workspace_id=2, environment_id=0)):
        await log.append(event)

    first = await log.page(WORKSPACE, OURS, limit=3, cursor=None)
    second = await log.page(WORKSPACE, OURS, limit=3, cursor=first.cursor)

    assert [*first.items, *second.items] == mine[::-1]
    assert second.cursor is None
    with pytest.raises(InvalidInput):
        await log.page(WORKSPACE, OURS, limit=3, cursor="nonsense")


async def test_who_did_it_is_named_while_known(log, database):
    """By email address, which is read from the account, and gone with it."""
    await SqlApiKeyStore(database).bootstrap(now=1)
    accounts = SqlAccountStore(database, SecretBox("0123456789abcdef"))
    await accounts.add(Account(id="acc_a", workspace_id=1, email="ann@example.com", role=Role.ADMIN, created=1))
    await log.append(published(1, actor=Actor("account", "acc_a")))

    assert (await log.get(WORKSPACE, OURS, "aud_1")).actor_email == "ann@example.com"
    assert (await log.page(WORKSPACE, OURS, limit=3, cursor=None)).items[0].actor_email == "ann@example.com"
    await accounts.remove(1, "acc_a")
    assert (await log.get(WORKSPACE, OURS, "aud_1")).actor_email is None


async def test_one_is_read_where_it_belongs(log):
    """In its environment, or in any when it belongs to the workspace."""
    await log.append(published(1, environment_id=THEIRS))
    await log.append(published(2, environment_id=0))

    assert await log.get(WORKSPACE, OURS, "aud_2") == published(2, environment_id=0)
    for where in ((WORKSPACE, OURS, "aud_1"), (2, OURS, "aud_2"), (WORKSPACE, OURS, "aud_9")):
        with pytest.raises(NotFound):
            await log.get(*where)


async def test_what_is_old_is_forgotten(log):
    """What is newer stays."""
    for number in range(5):
        await log.append(published(number))

    assert await log.forget(before=3) == 3
    assert [each.at for each in (await log.page(WORKSPACE, OURS, limit=9, cursor=None)).items] == [4, 3]
    assert await log.forget(before=3) == 0
