"""`tidings rules`: when an environment sends at all, and how much to whom."""

from typing import Any

import click
import msgspec

from tidings.cli.output import facts, lines
from tidings.cli.scope import Scope, scoped
from tidings.errors import InvalidInput
from tidings.sending_rules import Limit, SendingRules, Tracking


@click.group("rules", help="When an environment sends at all, and how much to whom.")
def rules_command() -> None:
    """Hold the commands."""


@rules_command.command("show", help="Show the environment's sending rules.")
@scoped
async def show(scope: Scope) -> None:
    """Show the rules."""
    _tell(scope, await scope.installation.rules.get(scope.environment.id))


@rules_command.command("set", help="Replace the environment's sending rules; what is not given is no rule.")
@click.option("--window", help="Hours in which messages go, in the recipient's zone, such as `Mo-Su 08:00-21:00`.")
@click.option("--zone", default="UTC", show_default=True, help="Zone of recipients of whom none is known.")
@click.option(
    "--limit",
    "limits",
    multiple=True,
    metavar="SCOPE:PERIOD:MAX",
    help="Such as `user:day:5`; scopes are workspace, user and topic, periods hour, day, week and month.",
)
@click.option("--exempt", "exempt", multiple=True, help="A topic that goes at any hour and is never too many.")
@click.option("--opens/--no-opens", default=True, show_default=True, help="Whether emails tell of opens.")
@click.option("--clicks/--no-clicks", default=True, show_default=True, help="Whether links of emails tell of clicks.")
@click.option("--texts/--no-texts", default=False, show_default=True, help="Whether links of texts and chats do, too.")
@scoped
async def set_rules(
    scope: Scope,
    *,
    window: str | None,
    zone: str,
    limits: tuple[str, ...],
    exempt: tuple[str, ...],
    opens: bool,
    clicks: bool,
    texts: bool,
) -> None:
    """Replace the rules."""
    rules = SendingRules(
        window=window,
        zone=zone,
        limits=tuple(map(_limit, limits)),
        exempt_topics=exempt,
        tracking=Tracking(opens=opens, clicks=clicks, texts=texts),
    )
    rules.check()
    await scope.installation.rules.put(scope.environment.id, rules, now=scope.installation.clock.now_ms())
    _tell(scope, rules)


def _limit(text: str) -> Limit:
    scope, _, rest = text.partition(":")
    period, _, most = rest.partition(":")
    try:
        return msgspec.convert({"scope": scope, "period": period, "max": int(most)}, Limit)
    except (ValueError, msgspec.ValidationError):
        raise InvalidInput("is SCOPE:PERIOD:MAX, such as user:day:5", path="--limit") from None


def _tell(scope: Scope, rules: SendingRules) -> None:
    shown: dict[str, Any] = msgspec.to_builtins(rules)
    if scope.as_json:
        lines([shown])
    else:
        limits = [f"{limit.max} of a {limit.scope} a {limit.period}" for limit in rules.limits]
        told = [name for name, is_told in shown["tracking"].items() if is_told]
        more = {"window": rules.window or "always", "limits": limits or "none", "tracking": told or "none"}
        facts({**shown, **more})
