"""What an SMTP server's replies mean (RFC 5321, RFC 3463). Pure: replies to outcome."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from tidings.messages import Outcome, Reason, RetryLater, Sent, Undeliverable, Unknown
from tidings.providers.mime import Mail

DETAIL_LENGTH_MAX = 200
"""Enough to read what a server says; a history is not its log."""

_ADDRESS = re.compile(r"<?[^\s<>()\[\]:;,\"]+@[^\s<>()\[\]:;,\"]+>?")
_ENHANCED = re.compile(r"[245]\.\d{1,3}\.\d{1,3}\b")
# https://www.iana.org/assignments/smtp-enhanced-status-codes, seen 2026-11. 5.1.2 is not here: a relay that cannot
# find a domain says so, and it would close each address there for a fault of its own. Nor 5.2.2: it is full, today.
_GONE = frozenset(
    {
        "5.1.1",  # no such mailbox
        "5.1.3",  # no address at all
        "5.1.6",  # moved, nobody knows where
        "5.1.10",  # its domain takes no mail (RFC 7505)
        "5.2.1",  # disabled
    }
)
_QUEUE_ID = re.compile(r"queued as ([\w.-]{1,100})", re.IGNORECASE)


class Reply(NamedTuple):
    """One reply; the lines of its text joined by spaces."""

    code: int
    text: str


class Replies(NamedTuple):
    """What came back: as many replies as were asked for, or fewer and the fault that cut them off."""

    replies: Sequence[Reply]
    fault: str = ""
    """`the connection was lost`, `no answer in time`, `an unreadable answer`; empty when nothing is missing."""


def offered(replies: Replies, mail: Mail) -> Outcome | None:
    """Judge the answers to MAIL, one RCPT per recipient, and DATA; None says: go on with the body.

    Nothing has been sent yet, so whatever is not a refusal may be tried again.
    """
    commands = ("MAIL", *("RCPT" for _ in mail.recipients), "DATA")
    steps = tuple(zip(commands, replies.replies, strict=False))
    for place, (command, reply) in enumerate(steps):
        if reply.code == 421 or (reply.code >= 400 and place < 2):
            return _refused(command, reply, mail)
    if replies.fault or len(steps) < len(commands):
        return RetryLater(f"{replies.fault or 'the server stopped answering'} before the mail was sent")
    last = steps[-1][1]
    if last.code == 354:
        return None
    return _refused("DATA", last, mail)


def answered(replies: Replies, mail: Mail, copies_refused: int) -> Outcome:
    """Judge the answer to the body. Without a clear one nobody knows whether the mail was taken."""
    if replies.fault or not replies.replies:
        return Unknown(f"{replies.fault} after the mail was sent: the server may have taken it")
    reply = replies.replies[0]
    if 200 <= reply.code < 300:
        queue_id = _QUEUE_ID.search(reply.text)
        lost = f"; {copies_refused} of the copies refused" if copies_refused else ""
        return Sent(queue_id[1] if queue_id else None, said(reply, mail) + lost)
    if reply.code >= 400:
        return _refused("the mail", reply, mail)
    return Unknown(f"an odd answer after the mail was sent: {said(reply, mail)}")


def copies_refused(replies: Replies) -> int:
    """Count the recipients after the first that the server did not take."""
    return sum(reply.code >= 400 for reply in replies.replies[2:-1])


def said(reply: Reply, mail: Mail) -> str:
    """Quote a reply, without addresses: servers like to repeat the recipient's."""
    text = _ADDRESS.sub("<address>", reply.text[:2000])
    for address in (mail.sender, *mail.recipients):
        local = address.rpartition("@")[0]
        if local.lower() in text.lower():
            text = re.sub(rf"(?<!\w){re.escape(local)}(?!\w)", "<address>", text, flags=re.IGNORECASE)
    text = "".join(letter if letter.isprintable() else " " for letter in text)
    return f"{reply.code} {text}"[:DETAIL_LENGTH_MAX].rstrip()


def _refused(command: str, reply: Reply, mail: Mail) -> RetryLater | Undeliverable:
    detail = f"{command} answered {said(reply, mail)}"
    if 400 <= reply.code < 500:
        return RetryLater(detail)
    if reply.code < 400:
        return RetryLater(f"an odd answer: {detail}")
    if command == "RCPT" and _is_unknown_user(reply):
        return Undeliverable(Reason.BOUNCED, detail, for_good=_is_gone(reply))
    return Undeliverable(Reason.PROVIDER_ERROR, detail)


def _is_gone(reply: Reply) -> bool:
    """Tell a mailbox that is no more from one that takes no mail now: only an enhanced code is as clear as that."""
    enhanced = _ENHANCED.match(reply.text)
    return enhanced is not None and enhanced[0] in _GONE


def _is_unknown_user(reply: Reply) -> bool:
    """Tell a mailbox that does not take mail from a server that does not take ours.

    550 says both; the enhanced code (5.1 address, 5.2 mailbox, 5.7 policy) tells them apart where there is one.
    """
    enhanced = _ENHANCED.match(reply.text)
    if enhanced:
        return enhanced[0].startswith(("5.1.", "5.2."))
    return reply.code in {550, 551}
