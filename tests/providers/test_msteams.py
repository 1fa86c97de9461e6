"""Microsoft Teams against a local service that behaves as documented."""

import json

import pytest

from tidings.messages import Reason, RetryLater, Sent, Undeliverable
from tidings.providers.msteams_graph import KNOWN_S, Known
from tidings.testing.chat_services import TeamsService
from tidings.testing.http_service import HttpMood, ServiceAnswer
from tidings.testing.provider_cases import SilentProviderCases
from tidings.testing.stands import dispatch_of, provider_at

ANN = {"email": TeamsService.SIGNS_IN, "tenant_id": TeamsService.TENANT}
ROOM = {"team_id": TeamsService.TEAM, "channel_name": "Ann's orders", "tenant_id": TeamsService.TENANT}


def asked(service):
    """What a service was asked, in a word each."""
    return [request.path.rpartition("/")[2] for request in service.received]


def to(address):
    """A message to an address."""
    return dispatch_of("msteams", address=json.dumps(address))


class TestMsTeams(SilentProviderCases):
    """What is true of every provider is true of Microsoft Teams."""

    key = "msteams"
    asks_before_sending = 1

    async def test_reaching_a_person(self, provider, service):
        """A conversation is opened with a person, and the login serves both requests."""
        address = '{"tenant_id":"t","user_id":"29:ann"}'
        assert isinstance(await provider.send(dispatch_of(self.key, address=address)), Sent)
        asked = [request.path.rpartition("/")[2] for request in service.received]
        assert asked == ["token", "conversations", "activities"]

    async def test_a_webhook_of_workflows(self, provider, service):
        """A webhook needs no login."""
        address = f'{{"url":"{service.url}/workflows/1"}}'
        assert isinstance(await provider.send(dispatch_of(self.key, address=address)), Sent)
        assert len(service.received) == 1

    async def test_the_token_goes_to_microsoft_alone(self, service):
        """A profile cannot name a service of its own to be sent the bot's token."""
        provider = provider_at(self.key, service)
        provider.settings = type(provider.settings)(app_id="x", app_password="y")
        provider._token, provider._token_ends_s = "secret", float("inf")
        address = '{"conversation_id":"19:a","service_url":"https://smba.trafficmanager.net.evil.example"}'
        outcome = await provider.send(dispatch_of(self.key, address=address))
        assert isinstance(outcome, Undeliverable)
        assert "none of Microsoft" in outcome.detail
        assert not service.received
        await provider.close()

    @pytest.mark.parametrize("email", [TeamsService.SIGNS_IN, TeamsService.MAILBOX])
    async def test_reaching_a_person_by_email(self, provider, service, email):
        """People are found by the address that they sign in with or by that of their mailbox, once an hour at most."""
        assert isinstance(await provider.send(to(ANN | {"email": email})), Sent)
        looked_up = ["token", email] if email == TeamsService.SIGNS_IN else ["token", email, "users"]
        assert asked(service) == [*looked_up, "token", "conversations", "activities"]
        opened = next(request.json for request in service.received if request.path == "/v3/conversations")
        assert opened["members"] == [{"id": "87d349ed-44d7-43e1-9a83-5f2406dee5bd"}]
        assert opened["tenantId"] == TeamsService.TENANT
        service.received.clear()
        assert isinstance(await provider.send(to(ANN | {"email": email.upper()})), Sent)
        assert asked(service) == ["conversations", "activities"]

    async def test_reaching_a_channel_by_name(self, provider, service):
        """A channel of a team is found by its name, whatever is in it, once an hour at most."""
        assert isinstance(await provider.send(to(ROOM)), Sent)
        assert asked(service) == ["token", "channels", "token", "activities"]
        assert "19:Ann's orders@thread.tacv2" in service.received[-1].path
        service.received.clear()
        assert isinstance(await provider.send(to(ROOM)), Sent)
        assert asked(service) == ["activities"]

    @pytest.mark.parametrize(
        ("address", "says"),
        [
            (ANN | {"email": "gone@shop.example"}, "nobody in this tenant has the address ms_teams.email"),
            (ROOM | {"channel_name": "gone"}, "no channel with the name ms_teams.channel_name"),
            (ROOM | {"team_id": "gone"}, "check ms_teams.team_id"),
        ],
    )
    async def test_nobody_is_found(self, provider, service, address, says):
        """An email, name or team that is not there bounced; it says what to look at, and nothing was posted."""
        outcome = await provider.send(to(address))
        assert isinstance(outcome, Undeliverable)
        assert outcome.reason is Reason.BOUNCED
        assert says in outcome.detail
        assert "gone" not in outcome.detail
        assert not service.counted

    async def test_a_tenant_where_the_app_is_not_known(self, provider):
        """Each tenant has a login of its own; where that is refused, it says what to look at."""
        outcome = await provider.send(to(ANN | {"tenant_id": "another.example"}))
        assert isinstance(outcome, Undeliverable)
        assert outcome.reason is Reason.PROVIDER_ERROR
        assert "the bot's app must be known there" in outcome.detail

    async def test_a_tenant_is_needed(self, provider, service):
        """Without a tenant nobody can be looked up, and nobody is asked; a bot of one tenant brings its own."""
        outcome = await provider.send(to({"email": TeamsService.SIGNS_IN}))
        assert isinstance(outcome, Undeliverable)
        assert "profile.ms_teams.tenant_id is missing" in outcome.detail
        assert not service.received
        own = provider_at(self.key, service, tenant_id=TeamsService.TENANT)
        assert isinstance(await own.send(to({"email": TeamsService.SIGNS_IN})), Sent)
        await own.close()

    @pytest.mark.parametrize(
        ("address", "permission"), [(ANN, "permission User.Read.All"), (ROOM, "permission Channel.ReadBasic.All")]
    )
    async def test_a_permission_that_is_missing(self, provider, service, address, permission):
        """Who may not look anybody up is told which permission is missing."""
        service.scripted_answers.append(ServiceAnswer(json={"access_token": "eyJ0-graph", "expires_in": 3599}))
        denied = {"error": {"code": "Authorization_RequestDenied", "message": "Insufficient privileges."}}
        service.scripted_answers.append(ServiceAnswer(status=403, json=denied))
        outcome = await provider.send(to(address))
        assert isinstance(outcome, Undeliverable)
        assert outcome.reason is Reason.PROVIDER_ERROR
        assert permission in outcome.detail

    @pytest.mark.parametrize(
        "mood", [HttpMood.RATE_LIMIT, HttpMood.GATEWAY_TIMEOUT, HttpMood.OUTAGE, HttpMood.RESET_AFTER]
    )
    async def test_a_look_up_that_may_not_be_now(self, provider, service, mood):
        """A look-up sends nothing: whatever becomes of it, it is made again, after as long as Graph asks."""
        service.script(HttpMood.OK, mood)
        outcome = await provider.send(to(ANN))
        assert isinstance(outcome, RetryLater)
        assert outcome.after_s == (7 if mood is HttpMood.RATE_LIMIT else None)
        assert isinstance(await provider.send(to(ANN)), Sent)

    async def test_a_login_that_ended_early(self, provider, service):
        """A token that Graph takes no longer is not used again."""
        provider._graph._tokens.put((TeamsService.TENANT,), "ended", 60.0)
        assert isinstance(await provider.send(to(ANN)), Undeliverable)
        assert isinstance(await provider.send(to(ANN)), Sent)

    async def test_somebody_who_left_is_looked_up_anew(self, provider, service):
        """What was found is forgotten when the bot is refused there."""
        provider._graph._known.put((TeamsService.TENANT, TeamsService.TEAM, "Ann's orders"), "gone", 60.0)
        assert isinstance(await provider.send(to(ROOM)), Undeliverable)
        assert isinstance(await provider.send(to(ROOM)), Sent)


def test_what_is_known_is_bounded():
    """It is known for so long, and the oldest goes when there is too much."""
    now = [0.0]
    known = Known(2, lambda: now[0])
    for number in range(3):
        known.put((str(number),), "x", KNOWN_S)
    assert [known.get((str(number),)) for number in range(3)] == ["", "x", "x"]
    now[0] = KNOWN_S
    assert known.get(("1",)) == ""
