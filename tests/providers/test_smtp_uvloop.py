"""SMTP on the loop that production runs on."""

import pytest
import uvloop

from tidings.channels import Dispatch, EmailContent
from tidings.messages import Sent
from tidings.providers.base import Account
from tidings.providers.smtp import Smtp
from tidings.providers.smtp_settings import SmtpSettings
from tidings.testing import SmtpServer


@pytest.mark.parametrize("tls", ["none", "starttls", "tls"])
def test_it_works_on_uvloop(tls):
    """Handing an opened connection over works with uvloop's transports, encrypted or not."""
    content = EmailContent(to="ann@example.com", subject="Hi", html="", text="Hello" * 50_000)
    message = Dispatch(environment_id=1, message_id="1-a-b", recipient="ann", channel="email", content=content, at=1)

    async def send_two():
        async with SmtpServer(tls=tls) as server:
            account = SmtpSettings(host="127.0.0.1", port=server.port, secure=tls == "tls", verify=False)
            smtp = Smtp(account, Account(email_from="shop@shop.test"))
            outcomes = [await smtp.send(message), await smtp.send(message)]
            await smtp.close()
            return outcomes, server.connections

    outcomes, connections = uvloop.run(send_two())
    assert [type(outcome) for outcome in outcomes] == [Sent, Sent]
    assert connections == 1
