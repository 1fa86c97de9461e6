"""The team: who may use Studio, and as what."""

from typing import Literal

import msgspec
from litestar import Controller, delete, get, patch, post
from litestar.params import FromPath, JSONBody
from msgspec import UNSET, UnsetType

from tidings.accounts import Account, AccountChange, Role, email_of
from tidings.api.account_sessions import make_link
from tidings.api.account_wire import NO_STORE, AccountAnswer, Asked, Cookies, Email, LinkAnswer, Name, shown
from tidings.api.authentication import Grant, people_guard
from tidings.api.injected import Injected
from tidings.api.paging import Listing, whole
from tidings.ids import prefixed_id


class Invitation(msgspec.Struct, kw_only=True):
    """Whom to invite, and as what."""

    email: Email
    role: Role
    name: Name = ""
    mail: bool = True
    """Send the link by mail too, where that can be done."""


class Invited(msgspec.Struct, kw_only=True):
    """A new account, and the link to send to whoever it is for."""

    account: AccountAnswer
    link: LinkAnswer


class MemberPatch(msgspec.Struct, kw_only=True):
    """What is to change."""

    name: Name | UnsetType = UNSET
    role: Role | UnsetType = UNSET
    disabled: bool | UnsetType = UNSET


class LinkWish(msgspec.Struct, kw_only=True):
    """What else the new link is for."""

    mail: bool = False
    """Send it by mail too."""
    second_factor: Literal["keep", "remove"] = "keep"
    """`remove` switches it off at once: the app is lost, and the recovery codes are too."""


class TeamController(Controller):
    """Accounts of the workspace. They belong to no environment, so no API key opens this."""

    path = "/accounts"
    tags = ("Team",)
    guards = (people_guard,)

    @get(summary="List accounts")
    async def all(self, grant: Grant, services: Injected) -> Listing[AccountAnswer]:
        """List the workspace's accounts, oldest first."""
        return whole(await services.accounts.all(grant.workspace_id), shown)

    @post(status_code=201, summary="Invite somebody", response_headers=NO_STORE)
    async def invite(
        self, request: Asked, data: JSONBody[Invitation], grant: Grant, services: Injected, studio_cookies: Cookies
    ) -> Invited:
        """Make an account without a password, and a link that sets one, good for seven days and once."""
        now = services.clock.now_ms()
        account = Account(
            id=prefixed_id("acc", now),
            workspace_id=grant.workspace_id,
            email=email_of(data.email),
            name=data.name.strip(),
            role=data.role,
            created=now,
        )
        made = await services.accounts.add(account)
        return Invited(
            account=shown(made), link=await make_link(services, made, studio_cookies.origin_of(request), mail=data.mail)
        )

    @get("/{account_id:str}", summary="Read an account")
    async def retrieve(self, account_id: FromPath[str], grant: Grant, services: Injected) -> AccountAnswer:
        """Answer one."""
        return shown(await services.accounts.get(grant.workspace_id, account_id))

    @patch("/{account_id:str}", summary="Change an account")
    async def change(
        self, account_id: FromPath[str], data: JSONBody[MemberPatch], grant: Grant, services: Injected
    ) -> AccountAnswer:
        """Change its name or role, at once also where it is signed in; disabling signs it out everywhere."""
        change = AccountChange(
            name=None if data.name is UNSET else data.name.strip(),
            role=None if data.role is UNSET else data.role,
            disabled=None if data.disabled is UNSET else data.disabled,
        )
        now = services.clock.now_ms()
        return shown(await services.accounts.change(grant.workspace_id, account_id, change, now=now))

    @post("/{account_id:str}/link", status_code=201, summary="Make a new link", response_headers=NO_STORE)
    async def link(
        self,
        *,
        request: Asked,
        account_id: FromPath[str],
        data: JSONBody[LinkWish],
        grant: Grant,
        services: Injected,
        studio_cookies: Cookies,
    ) -> LinkAnswer:
        """Let somebody set a new password. The old one holds until then; an older link ends."""
        account = await services.accounts.get(grant.workspace_id, account_id)
        if data.second_factor == "remove":
            await services.accounts.set_second_factor(account.id, None)
        return await make_link(services, account, studio_cookies.origin_of(request), mail=data.mail)

    @delete("/{account_id:str}/identity", status_code=204, summary="Forget an account's identity")
    async def unbind(self, account_id: FromPath[str], grant: Grant, services: Injected) -> None:
        """Let the next whom the identity provider names by its address have it, and sign it out everywhere."""
        await services.accounts.unbind(grant.workspace_id, account_id)

    @delete("/{account_id:str}", status_code=204, summary="Remove an account")
    async def remove(self, account_id: FromPath[str], grant: Grant, services: Injected) -> None:
        """Delete it with all that belongs to it. The audit log keeps its id, and no longer knows whose it was."""
        await services.accounts.remove(grant.workspace_id, account_id)
