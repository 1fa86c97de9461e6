"""Mail to the team: a link that sets a password, by the installation's own mail server.

Not by an environment's providers, and in no environment's log: whoever reads a log, or adds a provider with a key of
one environment, would read links that open the workspace (ADR 0080).
"""

import asyncio
from collections.abc import Awaitable, Callable

import msgspec
import structlog

from tidings.accounts import Account
from tidings.channels import ChannelContent, Dispatch
from tidings.clock import Clock
from tidings.errors import Unavailable
from tidings.ids import prefixed_id
from tidings.rendering import Renderer, Variables

HandOver = Callable[[Dispatch], Awaitable[str]]
"""Hands a mail to the server: why it was not taken, empty when it was."""

WAITING_MAX = 20
"""Mails that strangers asked for and that are on their way."""
TIMEOUT_S = 15.0
NO_SERVER = "no mail server is set up: TIDINGS_SMTP_URL names one"
NO_ADDRESS = "TIDINGS_PUBLIC_URL is not set, so a link in a mail would lead nowhere"

log = structlog.get_logger(__name__)


class Letter(msgspec.Struct, frozen=True):
    """What a mail says; `{{…}}` is filled in."""

    title: str
    words: str
    verb: str
    """On its button."""


INVITATION = Letter(
    "Your invitation to tidings",
    "You are invited to tidings, as {{role}}. Set a password within seven days, and you are in.",
    "Accept the invitation",
)
WELCOME = Letter(
    "Your invitation to tidings",
    "You are invited to tidings, as {{role}}. You sign in as you do everywhere at work, with the address {{email}}.",
    "Open tidings",
)
NEW_PASSWORD = Letter(
    "Choose a new password for tidings",
    "An administrator of tidings sends you this link. It sets a new password, once, within seven days.",
    "Choose a new password",
)
FORGOTTEN = Letter(
    "Choose a new password for tidings",
    "Somebody asked for a new password for {{email}}. If it was you, choose one within an hour. "
    "If it was not, leave this mail alone: nothing has changed.",
    "Choose a new password",
)


class Post:
    """Writes such mails, and hands them over."""

    def __init__(self, *, hand_over: HandOver | None, public_url: str, clock: Clock) -> None:
        """`hand_over` is None where no mail server is set up."""
        self._hand_over = hand_over
        self._public_url = public_url
        self._clock = clock
        self._renderer = Renderer(8)
        self._waiting: set[asyncio.Task[None]] = set()

    @property
    def lack(self) -> str:
        """What is missing for a mail to be sent; empty when nothing is."""
        if self._hand_over is None:
            return NO_SERVER
        return "" if self._public_url else NO_ADDRESS

    async def send(self, letter: Letter, account: Account, link: str) -> str:
        """Send one, and give why it was not taken; empty when it was. Never raises, and takes `TIMEOUT_S` at most."""
        if self.lack or self._hand_over is None:
            return self.lack
        now = self._clock.now_ms()
        dispatch = Dispatch(
            environment_id=0,
            message_id=prefixed_id("mail", now),
            recipient=account.email,
            channel="email",
            content=self._written(letter, account, link),
            at=now,
            address=account.email,
        )
        try:
            async with asyncio.timeout(TIMEOUT_S):
                return await self._hand_over(dispatch)
        except TimeoutError:
            return "the mail server did not answer in time, and may have taken it"

    def send_later(self, work: Callable[[], Awaitable[None]]) -> None:
        """Do something beside the answer, so that its time tells nothing. Raises `Unavailable` when much waits."""
        if len(self._waiting) >= WAITING_MAX:
            raise Unavailable("many mails wait to be sent just now: try again in a moment", retry_after_s=5)
        task = asyncio.ensure_future(_quietly(work))
        self._waiting.add(task)
        task.add_done_callback(self._waiting.discard)

    async def close(self) -> None:
        """Wait for what is on its way; each takes `TIMEOUT_S` at most."""
        if self._waiting:
            await asyncio.wait(self._waiting)

    def _written(self, letter: Letter, account: Account, link: str) -> ChannelContent:
        elements = [
            {"type": "meta", "title": letter.title},
            {"type": "text", "content": letter.words},
            {"type": "action", "content": letter.verb, "href": "{{link}}"},
            {"type": "text", "content": "If the button does nothing, open this address: {{link}}"},
        ]
        said = {"link": link, "email": account.email, "role": account.role.words}
        return self._renderer.render(
            "email",
            {"version": "2022-01-01", "elements": elements},
            cache_key=letter.title + letter.words,
            variables=Variables(data=said, profile={}),
            recipient=account.email,
        ).content


async def _quietly(work: Callable[[], Awaitable[None]]) -> None:
    try:
        await work()
    except Exception as error:  # noqa: BLE001 nobody waits for it; what it was may hold an address
        log.error("post.failed", error=type(error).__name__)  # noqa: TRY400 as above
