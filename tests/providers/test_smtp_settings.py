"""SMTP settings from a URL and from a form."""

import pytest

from tidings.errors import ConfigurationError
from tidings.providers.catalog import decode_settings
from tidings.providers.smtp_settings import SmtpSettings, smtp_settings_from_url


def test_a_whole_url():
    """User and password are percent-decoded, and the query switches what a form has fields for."""
    got = smtp_settings_from_url(
        "smtp://user%40shop:p%40ss%3A@mail.shop.test:2525?starttls=require&verify=no&timeout=7"
    )
    assert got == SmtpSettings(
        host="mail.shop.test",
        port=2525,
        username="user@shop",
        password="p@ss:",
        starttls="require",
        verify=False,
        timeout_s=7,
    )
    assert got.server == "mail.shop.test:2525"


@pytest.mark.parametrize(("url", "port", "secure"), [("smtp://mail", 587, False), ("smtps://mail/", 465, True)])
def test_the_usual_ports(url, port, secure):
    """Without a port it is the one for submitting mail."""
    got = smtp_settings_from_url(url)
    assert (got.port_used, got.secure) == (port, secure)


def test_an_authority_from_a_file(tmp_path):
    """`ca` names a file of certificates to trust."""
    (tmp_path / "ca.pem").write_text("PEM")
    assert smtp_settings_from_url(f"smtp://mail?ca={tmp_path}/ca.pem").ca_certificates == "PEM"


@pytest.mark.parametrize(
    "url",
    [
        *("http://mail", "mail:25", "smtp://", "smtp://u:hunter2@mail:99999", "smtp://u:hunter2@mail:port", ""),
        *("smtp://u:hunter2@mail?starttls=maybe", "smtp://u:hunter2@mail?odd=1", "smtp://mail?ca=/nowhere"),
        *("smtp://u:hunter2@mail?connections=0", "smtp://u:hunter2@mail/path", "smtp://u:hunter2@mail?timeout=x"),
    ],
)
def test_a_url_that_is_wrong(url):
    """What is wrong with a URL is said without quoting it: it may hold a password."""
    with pytest.raises(ConfigurationError) as refused:
        smtp_settings_from_url(url)
    assert "TIDINGS_SMTP_URL" in str(refused.value)
    assert "hunter2" not in str(refused.value)


def test_spellings_of_courier():
    """Settings written as Courier's are understood."""
    given = {"host": "mail", "port": "465", "secure": True, "auth": {"user": "u", "pass": "p"}, "fromAddress": "a@b.c"}
    wanted = SmtpSettings(host="mail", port=465, secure=True, username="u", password="p", from_address="a@b.c")
    assert decode_settings("smtp", given) == wanted
