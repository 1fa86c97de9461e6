"""Whom messages are for, and what the gates look at: gathered alike by who sends and by who only asks."""

from collections.abc import Iterable, Mapping

from tidings.messages import Message
from tidings.pipeline.gatekeeper import Subject
from tidings.pipeline.tenancy import Standing
from tidings.profiles import Profile

Key = tuple[int, str]
"""An environment, and the key of a user."""


def profile_keys(messages: Iterable[Message]) -> list[Key]:
    """Name the profiles that are to be read: of each user id, and of an anonymous id of that name."""
    return sorted(
        {(it.environment_id, kind + it.user_key[1:]) for it in messages if it.user_key for kind in ("u", "a")}
    )


def profile_of(message: Message, profiles: Mapping[Key, Profile]) -> Profile | None:
    """Find the stored profile: of the user id, else of an anonymous id of that name."""
    if not message.user_key:
        return None
    own = profiles.get((message.environment_id, message.user_key))
    return own or profiles.get((message.environment_id, "a" + message.user_key[1:]))


def subject_of(message: Message, standing: Standing, profile: Profile | None) -> Subject:
    """Gather what the gates look at; the topic that the message names wins over the template's."""
    version = standing.version
    wished = message.options.get("preferences") or {}
    return Subject(
        message=message,
        template_id=version.template_id if version else None,
        topic_id=wished.get("subscription_topic_id") or (version.topic_id if version else None),
        profile=standing.lineage.profile(profile.data if profile else {}, message.to),
        inherited=standing.lineage.default_preferences,
    )
