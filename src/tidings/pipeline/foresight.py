"""What would become of messages if they came now: all is asked that the outbound step asks, and nothing is sent."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from tidings.channels import Available
from tidings.effects import Claim
from tidings.elemental import channels_of
from tidings.gates import Go, No, Verdict
from tidings.messages import Message
from tidings.pipeline.devices import Devices
from tidings.pipeline.environments import Environments
from tidings.pipeline.gatekeeper import Gatekeeper, Subject
from tidings.pipeline.subjects import profile_keys, profile_of, subject_of
from tidings.pipeline.tenancy import Standing, Tenancy, lost_strategy, with_options
from tidings.ports import ProfileStore, Providers
from tidings.routing import Route, Unroutable, plan
from tidings.routing_strategies import RoutingStrategy
from tidings.templates import TemplateVersion


class Foreseen(msgspec.Struct, frozen=True, kw_only=True):
    """What a message would come to. Nothing behind the first "no" is asked."""

    message: Message
    """With what its request to many, and its template, say of it."""
    version: TemplateVersion | None
    """None for content that the request brought, and where there is nothing to say."""
    has_profile: bool
    profile: Mapping[str, Any]
    """As templates and providers would see it."""
    subject: Subject
    verdict: Verdict
    strategy: RoutingStrategy | None = None
    """The routing strategy in force."""
    route: Route | Unroutable | None
    """None when the gates refuse it, or there is nothing to say. For what has to wait, the way that it would go."""

    @property
    def says_something(self) -> bool:
        """Tell whether there is content."""
        return self.version is not None or self.message.content is not None


class Foresight:
    """Asks, and does nothing."""

    def __init__(
        self,
        *,
        tenancy: Tenancy,
        profiles: ProfileStore,
        devices: Devices,
        gatekeeper: Gatekeeper,
        providers: Providers,
        environments: Environments,
    ) -> None:
        self._tenancy = tenancy
        self._profiles = profiles
        self._devices = devices
        self._gatekeeper = gatekeeper
        self._providers = providers
        self._environments = environments

    async def of(self, messages: Sequence[Message], *, now: int) -> list[Foreseen]:
        """Foresee what would become of these, each with an id of its own."""
        claims = [Claim(message=msgspec.structs.replace(it, enqueued=now), attempts=(), until=0) for it in messages]
        claims = await self._gatekeeper.complete(claims)
        standing = await self._tenancy.read([claim.message for claim in claims])
        whole = [with_options(claim.message, standing[claim.message.id]) for claim in claims]
        available = {each: await self.available(each) for each in {it.environment_id for it in whole}}
        keys = profile_keys(whole)
        found = await self._profiles.get(keys) if keys else {}
        profiles = await self._devices.join(claims, found, available, now=now)
        subjects = [subject_of(it, standing[it.id], profile_of(it, profiles)) for it in whole]
        verdicts = await self._gatekeeper.judge(subjects, now=now, counting=False)
        return [
            Foreseen(
                message=subject.message,
                version=standing[subject.message.id].version,
                strategy=standing[subject.message.id].strategy,
                has_profile=profile_of(subject.message, profiles) is not None,
                profile=subject.profile,
                subject=subject,
                verdict=verdict,
                route=_route(subject, standing[subject.message.id], verdict, available[subject.message.environment_id]),
            )
            for subject, verdict in zip(subjects, verdicts, strict=True)
        ]

    async def available(self, environment_id: int) -> tuple[Available, ...]:
        """List the provider accounts that there are."""
        return await self._providers.available((await self._environments.of([environment_id]))[environment_id])


def _route(
    subject: Subject, standing: Standing, verdict: Verdict, available: Sequence[Available]
) -> Route | Unroutable | None:
    message, version = subject.message, standing.version
    if isinstance(verdict, No) or (version is None and message.content is None):
        return None
    permitted = verdict.permitted(available) if isinstance(verdict, Go) else available
    content = message.content if message.content is not None else (version.content if version else {})
    return plan(
        message=message,
        channels=channels_of(content),
        profile=named(message, subject.profile),
        available=permitted,
        lost_strategy=lost_strategy(message, standing),
    )


def named(message: Message, profile: Mapping[str, Any]) -> dict[str, Any]:
    """Name the user to channels that need no address but the user."""
    kind, _, user_id = message.user_key.partition(":")
    return {"user_id": user_id, **profile} if kind == "u" and user_id else dict(profile)
