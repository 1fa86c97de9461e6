"""`tidings accounts`: who may use Studio."""

import secrets

import click

from tidings.accounts import LINK_MS, Account, AccountChange, Role, email_of
from tidings.cli.output import at, lines, table
from tidings.cli.scope import Scope, scoped
from tidings.cli.studio import url_of
from tidings.errors import InvalidInput, NotFound
from tidings.ids import prefixed_id

_ROLE = click.Choice([role.value for role in Role])


@click.group("accounts", help="Who may use Studio, and as what. Accounts are of the whole workspace.")
def accounts_command() -> None:
    """Hold the commands."""


@accounts_command.command("list", help="List the accounts, oldest first.")
@scoped
async def list_accounts(scope: Scope) -> None:
    """List accounts."""
    found = [_shown(each) for each in await scope.installation.accounts.all(scope.environment.workspace_id)]
    if scope.as_json:
        lines(found)
    else:
        columns = ("id", "email", "name", "role", "second factor", "signed in", "disabled")
        table(found, columns, nothing="No accounts yet: invite somebody with tidings accounts invite.")


@accounts_command.command("invite", help="Make an account, and a link that sets its password once, within 7 days.")
@click.argument("email")
@click.option("--role", type=_ROLE, required=True, help="What it is there for.")
@click.option("--name", default="", help="How others read it.")
@scoped
async def invite(scope: Scope, *, email: str, role: str, name: str) -> None:
    """Make an account and a link."""
    now = scope.installation.clock.now_ms()
    account = Account(
        id=prefixed_id("acc", now),
        workspace_id=scope.environment.workspace_id,
        email=email_of(email),
        name=name.strip(),
        role=Role(role),
        created=now,
    )
    await _print_link(scope, await scope.installation.accounts.add(account))


@accounts_command.command("link", help="Make a new link for somebody who forgot the password. The older one ends.")
@click.argument("email")
@click.option("--remove-second-factor", is_flag=True, help="Take the second factor off: the phone is lost.")
@scoped
async def link(scope: Scope, *, email: str, remove_second_factor: bool) -> None:
    """Make a link."""
    account = await _found(scope, email)
    if account.disabled is not None:
        raise InvalidInput("this account is disabled: tidings accounts disable --undo lets it in again")
    if remove_second_factor:
        await scope.installation.accounts.set_second_factor(account.id, None)
    await _print_link(scope, account)


@accounts_command.command("role", help="Give an account another role. It holds at once.")
@click.argument("email")
@click.argument("role", type=_ROLE)
@scoped
async def change_role(scope: Scope, *, email: str, role: str) -> None:
    """Change a role."""
    await _change(scope, email, AccountChange(role=Role(role)))


@accounts_command.command("disable", help="Shut an account out at once, wherever it is signed in.")
@click.argument("email")
@click.option("--undo", is_flag=True, help="Let it in again.")
@scoped
async def disable(scope: Scope, *, email: str, undo: bool) -> None:
    """Disable an account, or let it in again."""
    await _change(scope, email, AccountChange(disabled=not undo))


async def _change(scope: Scope, email: str, change: AccountChange) -> None:
    account, now = await _found(scope, email), scope.installation.clock.now_ms()
    changed = await scope.installation.accounts.change(account.workspace_id, account.id, change, now=now)
    if scope.as_json:
        lines([_shown(changed)])
    elif changed.disabled is not None:
        print(f"{changed.email} is disabled.")
    else:
        print(f"{changed.email} is {changed.role.words}.")


async def _found(scope: Scope, email: str) -> Account:
    found = await scope.installation.accounts.find(email_of(email))
    if found is None or found[0].workspace_id != scope.environment.workspace_id:
        raise NotFound(f"there is no account of {email}")
    return found[0]


async def _print_link(scope: Scope, account: Account) -> None:
    token, expires = secrets.token_urlsafe(32), scope.installation.clock.now_ms() + LINK_MS
    await scope.installation.accounts.link(account.id, token, expires_at=expires)
    origin = scope.config.public_url.rstrip("/") or url_of(scope.config)
    url = f"{origin}/studio/invitation#{token}"
    if scope.as_json:
        lines([{**_shown(account), "link": url, "expires": at(expires)}])
    else:
        print(f"{url}\n\nSend it to {account.email}. It sets the password once, until {at(expires)}.")


def _shown(account: Account) -> dict[str, str | None]:
    return {
        "id": account.id,
        "email": account.email,
        "name": account.name,
        "role": account.role.value,
        "second factor": "yes" if account.has_second_factor else "no",
        "signed in": at(account.signed_in) if account.has_password else "invited",
        "disabled": at(account.disabled),
    }
