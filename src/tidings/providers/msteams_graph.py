"""Microsoft Graph: who in a tenant has an email address, and which channel of a team has a name."""

import time
from collections import OrderedDict
from collections.abc import Callable, Generator, Mapping
from typing import Any
from urllib.parse import quote

import msgspec

from tidings.providers.http_message import HttpRequest, HttpResponse, part

URL = "https://graph.microsoft.com"
SCOPE = f"{URL}/.default"
KNOWN_S = 3600.0
"""How long an answer is good for: about as long as somebody who left may still be written to."""
KNOWN_MAX = 10_000
"""People and channels remembered for one account."""
RENEW_S = 300.0
"""A login is renewed so long before it ends."""
TENANTS_MAX = 1_000
"""Tenants whose logins are kept; each has one of its own."""


class Missed(msgspec.Struct, frozen=True):
    """Nobody was found."""

    advice: str
    """What to do about it, unless it is enough to wait."""
    answer: HttpResponse | None = None
    """What Graph refused with; None when it answered that there is nobody."""


Found = Generator[HttpRequest, HttpResponse, str | Missed]
"""A conversation that ends with an id."""


class Known:
    """What was found out: so many things at most, and each for so many seconds."""

    def __init__(self, size_max: int, now_s: Callable[[], float] = time.monotonic) -> None:
        self._size_max = size_max
        self._now_s = now_s
        self._kept: OrderedDict[tuple[str, ...], tuple[str, float]] = OrderedDict()

    def get(self, key: tuple[str, ...]) -> str:
        """Give what is known; empty when nothing is, or no longer."""
        value, ends_s = self._kept.get(key, ("", 0.0))
        if ends_s <= self._now_s():
            self._kept.pop(key, None)
            return ""
        self._kept.move_to_end(key)
        return value

    def put(self, key: tuple[str, ...], value: str, seconds: float) -> None:
        """Remember; what was not asked for the longest is forgotten when there is too much."""
        self._kept[key] = (value, self._now_s() + seconds)
        self._kept.move_to_end(key)
        if len(self._kept) > self._size_max:
            self._kept.popitem(last=False)

    def forget(self, key: tuple[str, ...]) -> None:
        """Let go of it."""
        self._kept.pop(key, None)


class Graph:
    """Looks people and channels up, each in its own tenant, and remembers them for an hour."""

    def __init__(self, base_url: str, login: Callable[[str], HttpRequest]) -> None:
        self._url = f"{base_url.rstrip('/') or URL}/v1.0"
        self._login = login
        self._tokens = Known(TENANTS_MAX)
        self._known = Known(KNOWN_MAX)
        self._imagined = ""

    def as_logged_in(self, token: str) -> None:
        """Have a token for every tenant."""
        self._imagined = token

    def person(self, tenant: str, email: str) -> Found:
        """Find the id of who signs in with an address, or else has it as mailbox."""
        if known := self._known.get(_person(tenant, email)):
            return known
        token = yield from self._token(tenant)
        if isinstance(token, Missed):
            return token
        answer = yield self._ask(token, f"users/{part(email)}?$select=id")
        if answer.status == 404:  # people sign in with another address than their mailbox's, guests always
            answer = yield self._ask(token, f"users?$select=id&$top=2&$filter={_equals('mail', email)}")
        match answer.status, answer.json:
            case 200, {"id": str(found)} | {"value": [{"id": str(found)}]}:
                self._known.put(_person(tenant, email), found, KNOWN_S)
                return found
            case 200, {"value": _}:
                return Missed("nobody in this tenant has the address ms_teams.email")
        return self._missed(tenant, answer, "User.Read.All", "check ms_teams.email and ms_teams.tenant_id")

    def channel(self, tenant: str, team: str, name: str) -> Found:
        """Find the id of the channel of a team that has a name."""
        if known := self._known.get(_channel(tenant, team, name)):
            return known
        token = yield from self._token(tenant)
        if isinstance(token, Missed):
            return token
        query = f"$select=id,displayName&$filter={_equals('displayName', name)}"
        answer = yield self._ask(token, f"teams/{part(team)}/channels?{query}")
        match answer.status, answer.json:
            case 200, {"value": list(channels)}:
                for each in channels:
                    if found := _named(each, name):
                        self._known.put(_channel(tenant, team, name), found, KNOWN_S)
                        return found
                return Missed("the team has no channel with the name ms_teams.channel_name")
        advice = "check ms_teams.team_id, which is the id of the team's group, and ms_teams.tenant_id"
        return self._missed(tenant, answer, "Channel.ReadBasic.All", advice)

    def forget(self, tenant: str, address: Mapping[str, str]) -> None:
        """Look an address up anew next time."""
        self._known.forget(_person(tenant, address.get("email", "")))
        self._known.forget(_channel(tenant, address.get("team_id", ""), address.get("channel_name", "")))

    def _token(self, tenant: str) -> Found:
        if token := self._imagined or self._tokens.get((tenant,)):
            return token
        answer = yield self._login(tenant)
        match token_of(answer):
            case str(token), seconds:
                self._tokens.put((tenant,), token, seconds - RENEW_S)
                return token
        return Missed("check app_id, app_password and ms_teams.tenant_id: the bot's app must be known there", answer)

    def _ask(self, token: str, what: str) -> HttpRequest:
        headers = {"Authorization": f"Bearer {token}"}
        return HttpRequest(method="GET", url=f"{self._url}/{what}", headers=headers, sends=False)

    def _missed(self, tenant: str, answer: HttpResponse, permission: str, advice: str) -> Missed:
        if answer.status == 401:
            self._tokens.forget((tenant,))
        if answer.status == 403:
            granted = f"give the bot's app the application permission {permission} of Microsoft Graph"
            return Missed(f"{granted}, with an administrator's consent in this tenant", answer)
        return Missed(advice, answer)


def token_of(answer: HttpResponse) -> tuple[str, float] | None:
    """Read a login's answer: the token, and for how many seconds it is good; None when it was refused."""
    match answer.status, answer.json:
        case 200, {"access_token": str(token), "expires_in": int(seconds)}:
            return token, float(seconds)
    return None


def _person(tenant: str, email: str) -> tuple[str, ...]:
    return tenant, email.casefold()


def _channel(tenant: str, team: str, name: str) -> tuple[str, ...]:
    return tenant, team, name


def _equals(field: str, value: str) -> str:
    """Write a filter. A quote within a text of OData is doubled."""
    doubled = value.replace("'", "''")
    return quote(f"{field} eq '{doubled}'", safe="")


def _named(channel: Any, name: str) -> str:
    """Read the id of a channel, if it has the name; the filter is Graph's, and this is to be sure."""
    match channel:
        case {"id": str(found), **rest} if str(rest.get("displayName", name)).casefold() == name.casefold():
            return found
    return ""
