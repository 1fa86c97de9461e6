"""SMTP against a real server: every row of the outcome table, TLS, logins, and what may not be told."""

import asyncio
import logging

import msgspec
import pytest

from tidings.messages import Reason, RetryLater, Sent, Undeliverable, Unknown
from tidings.providers.mime import Mail
from tidings.providers.smtp_reply import Replies, Reply, offered
from tidings.testing import Mood, SmtpServer
from tidings.testing.provider_cases import ProviderCases

SECRET = "correct-horse-battery"


class TestSmtp(ProviderCases):
    """What is true of every provider is true of SMTP."""

    key = "smtp"

    @pytest.fixture
    def provider(self, smtp_at, server):
        """An account at a server that works."""
        return smtp_at(server)

    @pytest.fixture
    async def broken(self, smtp_at):
        """An account at a server that refuses its login."""
        async with SmtpServer(credentials=("tess@shop.test", "another")) as strict:
            yield smtp_at(strict, username="tess@shop.test", password=SECRET)

    @pytest.fixture
    def message(self, dispatch):
        """A mail to somebody."""
        return dispatch(subject="Your diagnosis", text="is private")

    @pytest.fixture
    def private(self):
        """Nothing of these may be told."""
        return ["ann.smith", "tess", "diagnosis", "is private", SECRET]


BEFORE = RetryLater, "before the mail was sent"
AFTER = Unknown, "may have taken it"


@pytest.mark.parametrize(
    ("said", "for_good"),
    [
        ("5.1.1 user unknown", True),
        ("5.1.3 bad address", True),
        ("5.1.6 moved", True),
        ("5.1.10 null MX", True),
        ("5.2.1 disabled", True),
        ("5.1.2 host unknown", False),
        ("5.1.15 not registered", False),
        ("5.2.2 mailbox full", False),
        ("no such user", False),
        ("rejected, see 5.1.1", False),
    ],
)
def test_a_mailbox_that_is_no_more(said, for_good):
    """Only an enhanced code that names a dead mailbox closes it; all of these refuse the message."""
    mail = Mail(sender="shop@shop.test", recipients=("ann@example.com",), raw=b"", needs_utf8=False)
    outcome = offered(Replies([Reply(250, "ok"), Reply(550, said)]), mail)
    assert isinstance(outcome, Undeliverable)
    assert (outcome.reason, outcome.for_good) == (Reason.BOUNCED, for_good)


def test_a_policy_or_a_sender_closes_nobody():
    """A refusal of policy, or of the sender with whatever code, says nothing of the recipient's mailbox."""
    mail = Mail(sender="shop@shop.test", recipients=("ann@example.com",), raw=b"", needs_utf8=False)
    for replies in ([Reply(250, "ok"), Reply(550, "5.7.1 denied")], [Reply(550, "5.1.1 who are you?")]):
        outcome = offered(Replies(replies), mail)
        assert isinstance(outcome, Undeliverable)
        assert (outcome.reason, outcome.for_good) == (Reason.PROVIDER_ERROR, False)


@pytest.mark.parametrize("pipelining", [True, False], ids=["pipelined", "one by one"])
@pytest.mark.parametrize(
    ("mood", "kind", "says"),
    [
        (Mood.REFUSE_CONNECTION, RetryLater, "421"),
        (Mood.CLOSE, RetryLater, "421"),
        (Mood.REFUSE_SENDER, Undeliverable, "550"),
        (Mood.REFUSE_SENDER_LATER, RetryLater, "451"),
        (Mood.REFUSE_RECIPIENT, Undeliverable, "550"),
        (Mood.REFUSE_RECIPIENT_BY_POLICY, Undeliverable, "550"),
        (Mood.REFUSE_RECIPIENT_LATER, RetryLater, "451"),
        (Mood.REFUSE_DATA, Undeliverable, "554"),
        (Mood.GARBAGE_BEFORE_BODY, *BEFORE),
        (Mood.HANG_BEFORE_BODY, *BEFORE),
        (Mood.DROP_BEFORE_BODY, *BEFORE),
        (Mood.REFUSE_BODY, Undeliverable, "554"),
        (Mood.REFUSE_BODY_LATER, RetryLater, "452"),
        (Mood.GARBAGE_AFTER_BODY, *AFTER),
        (Mood.HANG_AFTER_BODY, *AFTER),
        (Mood.DROP_AFTER_BODY, *AFTER),
    ],
    ids=lambda value: value.name if isinstance(value, Mood) else "",
)
async def test_outcomes(smtp_at, dispatch, mood, kind, says, pipelining):  # noqa: PLR0917 - pytest gives by name
    """Each way in which a server may behave has its outcome, whether it takes commands together or one by one."""
    async with SmtpServer(pipelining=pipelining) as server:
        server.mood = mood
        impatient = {"timeout_s": 0.3} if mood is Mood.HANG_BEFORE_BODY else {}
        impatient |= {"answer_timeout_s": 0.3} if mood is Mood.HANG_AFTER_BODY else {}
        outcome = await smtp_at(server, **impatient).send(dispatch())
        assert isinstance(outcome, kind)
        assert says in outcome.detail
        assert "ann.smith" not in repr(outcome)
        taken = sum(server.counted.values())
        assert taken == (1 if isinstance(outcome, Unknown) else 0)


async def test_sent_once(smtp_at, server, dispatch):
    """A mail that is taken came once, from its sender, under the id that its message gives it."""
    outcome = await smtp_at(server).send(dispatch(number=7))
    assert isinstance(outcome, Sent)
    assert outcome.reference
    received = server.received[0]
    assert received.sender == "shop@shop.test"
    assert server.counted == {(f"1-00000007-{7:024x}@shop.test", "ann.smith@example.com"): 1}


async def test_a_line_that_begins_with_a_dot_arrives(smtp_at, server, dispatch):
    """Lines of the content that begin with a dot, or are one, do not end the mail."""
    text = ".\n..\n.hidden\nend\n."
    assert isinstance(await smtp_at(server).send(dispatch(text=text, html="")), Sent)
    assert server.received[0].raw.endswith(text.replace("\n", "\r\n").encode() + b"\r\n")


@pytest.mark.parametrize(
    ("mood", "reason"),
    [(Mood.REFUSE_RECIPIENT, Reason.BOUNCED), (Mood.REFUSE_RECIPIENT_BY_POLICY, Reason.PROVIDER_ERROR)],
)
async def test_an_unknown_user_bounced(smtp_at, server, dispatch, mood, reason):
    """Only a recipient who is not there bounced; a server that will not relay is a provider's error."""
    server.mood = mood
    outcome = await smtp_at(server).send(dispatch())
    assert isinstance(outcome, Undeliverable)
    assert outcome.reason is reason


async def test_a_refused_copy_does_not_stop_the_mail(smtp_at, server, dispatch):
    """The mail is its recipient's; a copy that is refused is mentioned."""
    server.mood = Mood.REFUSE_COPIES
    outcome = await smtp_at(server).send(dispatch(cc=("cy@example.com",)))
    assert isinstance(outcome, Sent)
    assert "1 of the copies refused" in outcome.detail
    assert server.received[0].recipients == ("ann.smith@example.com",)


async def test_a_refusal_does_not_spoil_the_next_mail(smtp_at, server, dispatch):
    """After a refused mail the next one goes over the same connection, and to its own recipient alone."""
    smtp = smtp_at(server)
    server.script(Mood.REFUSE_RECIPIENT, Mood.REFUSE_SENDER, Mood.REFUSE_DATA, Mood.REFUSE_BODY)
    outcomes = [await smtp.send(dispatch(number, to=f"user{number}@example.com")) for number in range(5)]
    assert [type(outcome) for outcome in outcomes] == [Undeliverable] * 4 + [Sent]
    assert server.connections == 1
    assert server.received[0].recipients == ("user4@example.com",)


async def test_a_login_that_is_refused_says_what_to_do(smtp_at, dispatch):
    """A refused login is the configuration's fault: it is not tried for hours, and the password is not told."""
    async with SmtpServer(credentials=("tess", "another")) as server:
        outcome = await smtp_at(server, username="tess", password=SECRET).send(dispatch())
    assert isinstance(outcome, Undeliverable)
    assert outcome.reason is Reason.PROVIDER_ERROR
    assert "check the user name and the password" in outcome.detail


async def test_a_login_that_fails_for_now_is_tried_again(smtp_at, dispatch):
    """A server that cannot check passwords at the moment is no reason to give up."""
    async with SmtpServer(credentials=("tess", SECRET)) as server:
        server.mood = Mood.REFUSE_LOGIN_LATER
        outcome = await smtp_at(server, username="tess", password=SECRET).send(dispatch())
    assert isinstance(outcome, RetryLater)


async def test_a_server_without_login_and_a_user_name(smtp_at, server, dispatch):
    """A user name for a server that knows no login is the configuration's fault, too."""
    outcome = await smtp_at(server, username="tess", password=SECRET).send(dispatch())
    assert isinstance(outcome, Undeliverable)
    assert "offers no login" in outcome.detail


@pytest.mark.parametrize("tls", ["none", "starttls", "tls"])
async def test_logging_in(smtp_at, dispatch, tls):
    """With the right password mail goes out, in the clear or encrypted either way."""
    async with SmtpServer(tls=tls, credentials=("tess", SECRET)) as server:
        changed = {"username": "tess", "password": SECRET, "secure": tls == "tls"}
        smtp = smtp_at(server, ca_certificates=server.ca_certificates, **changed)
        assert isinstance(await smtp.send(dispatch()), Sent)
        assert ("without TLS" in (await smtp.check()).detail) == (tls == "none")


@pytest.mark.parametrize("tls", ["starttls", "tls"])
async def test_a_certificate_nobody_vouches_for(smtp_at, dispatch, tls, logs):
    """An unverifiable certificate stops the mail and says what to do; switching verification off is loud."""
    async with SmtpServer(tls=tls) as server:
        refused = await smtp_at(server, secure=tls == "tls").send(dispatch())
        assert isinstance(refused, RetryLater)
        assert "cannot be verified" in refused.detail
        assert "?verify=no" in refused.detail
        assert isinstance(await smtp_at(server, secure=tls == "tls", verify=False).send(dispatch()), Sent)
    assert [entry["event"] for entry in logs] == ["smtp.certificates_unverified"]


async def test_required_encryption_is_required(smtp_at, server, dispatch):
    """Where TLS is required and not offered, nothing is sent, not even the login."""
    outcome = await smtp_at(server, starttls="require", username="tess", password=SECRET).send(dispatch())
    assert isinstance(outcome, RetryLater)
    assert "does not offer STARTTLS" in outcome.detail
    assert not server.commands


async def test_encryption_that_nobody_wants(smtp_at, dispatch):
    """With `never` an offered STARTTLS is not taken."""
    async with SmtpServer(tls="starttls") as server:
        smtp = smtp_at(server, starttls="never")
        assert isinstance(await smtp.send(dispatch()), Sent)
        assert "without TLS" in (await smtp.check()).detail


async def test_tls_with_a_server_that_speaks_none(smtp_at, server, dispatch):
    """TLS from the start with a plain server fails in words that point at the port."""
    outcome = await smtp_at(server, secure=True, timeout_s=1).send(dispatch())
    assert isinstance(outcome, RetryLater)


async def test_nobody_there(smtp_at, server, dispatch):
    """A server that is down is waited for."""
    smtp = smtp_at(server)
    await server.stop()
    outcome = await smtp.send(dispatch())
    assert isinstance(outcome, RetryLater)
    assert "could not connect" in outcome.detail


async def test_a_host_that_does_not_exist(smtp_at, server, dispatch):
    """A name that does not resolve is waited for, too: it may be the resolver that is down."""
    assert isinstance(await smtp_at(server, host="smtp.invalid", timeout_s=5).send(dispatch()), RetryLater)


async def test_certificates_that_are_none(smtp_at, server, dispatch):
    """Settings that cannot work say so at once."""
    outcome = await smtp_at(server, ca_certificates="not PEM").send(dispatch())
    assert isinstance(outcome, Undeliverable)
    assert "ca_certificates" in outcome.detail


async def test_an_address_of_another_script(smtp_at, dispatch):
    """A local part without ASCII form goes out where the server offers SMTPUTF8, and is refused where not."""
    async with SmtpServer() as able, SmtpServer(smtputf8=False) as unable:
        assert isinstance(await smtp_at(able).send(dispatch(to="用户@例子.example")), Sent)
        outcome = await smtp_at(unable).send(dispatch(to="用户@例子.example"))
    assert isinstance(outcome, Undeliverable)
    assert able.received[0].recipients == ("用户@xn--fsqu00a.example",)


async def test_content_that_is_no_mail(smtp_at, server, dispatch):
    """A sender that is no address is refused before anybody is called."""
    outcome = await smtp_at(server).send(dispatch(sender="Shop"))
    assert isinstance(outcome, Undeliverable)
    assert outcome.detail == "sender is not an email address"
    assert server.connections == 0


async def test_the_sender_of_a_mail_that_names_none(smtp_at, server, dispatch):
    """The account's own sender comes before the installation's."""
    await smtp_at(server, from_address="News <news@shop.test>").send(dispatch())
    assert server.received[0].sender == "news@shop.test"


async def test_a_cancelled_send_is_not_finished_by_the_next(smtp_at, server, dispatch, until):
    """A send that is cut off gives its connection up, so that its answer is nobody else's."""
    smtp = smtp_at(server, connections_max=1)
    server.script(Mood.HANG_AFTER_BODY)
    sending = asyncio.create_task(smtp.send(dispatch(1)))
    await until(lambda: server.received)
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending
    assert isinstance(await smtp.send(dispatch(2)), Sent)
    assert server.connections == 2


async def test_what_is_logged_tells_nothing(smtp_at, dispatch, logs, caplog):
    """Whatever happens, no log of ours holds an address, a password or a word of the content."""
    caplog.set_level(logging.DEBUG)
    async with SmtpServer(credentials=("tess", SECRET)) as server:
        smtp = smtp_at(server, username="tess", password=SECRET)
        for mood in (Mood.OK, Mood.REFUSE_RECIPIENT, Mood.REFUSE_SENDER, Mood.DROP_AFTER_BODY, Mood.GARBAGE_AFTER_BODY):
            server.script(mood)
            await smtp.send(dispatch(text="is private"))
    ours = [record.getMessage() for record in caplog.records if record.name != "mail.log"]
    assert not [word for word in ("ann.smith", "tess", "is private", SECRET) if word in f"{logs}{ours}"]


def test_settings_are_not_in_their_repr(server, smtp_at):
    """Settings that end up in a log show nothing."""
    smtp = smtp_at(server, username="tess", password=SECRET)
    assert SECRET not in repr(smtp._settings)
    assert msgspec.structs.asdict(smtp._settings)["password"] == SECRET
