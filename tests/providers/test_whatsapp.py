"""WhatsApp against a local service that behaves as documented."""

import pytest

from tidings.channels import WhatsAppContent, WhatsAppTemplate
from tidings.errors import NotAuthenticated
from tidings.messages import Sent
from tidings.providers.webhook import Webhook
from tidings.testing.provider_cases import ReportingProviderCases
from tidings.testing.stands import dispatch_of


class TestWhatsApp(ReportingProviderCases):
    """What is true of every provider is true of WhatsApp."""

    key = "whatsapp"
    webhook_secret = "app_secret"

    async def test_setting_its_webhook_up(self, provider):
        """Meta asks with a word that we gave it; we answer with the word that it gave us, and to nobody else."""
        asked = {"hub.mode": "subscribe", "hub.verify_token": "our-word", "hub.challenge": "1158201444"}
        assert provider.challenge(Webhook(url="", method="GET", query=asked, at=0)) == "1158201444"
        with pytest.raises(NotAuthenticated):
            provider.challenge(Webhook(url="", method="GET", query={**asked, "hub.verify_token": "x"}, at=0))

    @pytest.mark.parametrize(("body", "caption"), [("", {}), ("Hi *Ann*", {"caption": "Hi *Ann*"})])
    async def test_a_picture(self, provider, service, body, caption):
        """A picture goes out as an image, the words as its caption."""
        content = WhatsAppContent(to="+4915112345678", body=body, media=("https://x.test/1.png",))
        assert isinstance(await provider.send(dispatch_of(self.key, content=content)), Sent)
        sent = service.received[0].json
        assert (sent["type"], sent["image"]) == ("image", {"link": "https://x.test/1.png", **caption})
        assert "text" not in sent

    async def test_a_template(self, provider, service):
        """Outside the 24 hours an approved template goes out, with its parameters."""
        values = {"type": "body", "parameters": [{"type": "text", "text": "42"}]}
        template = WhatsAppTemplate(name="order", language="de", components=(values,))
        content = WhatsAppContent(to="+4915112345678", body="", template=template)
        assert isinstance(await provider.send(dispatch_of(self.key, content=content)), Sent)
        said = service.received[0].json
        assert said["type"] == "template"
        assert said["template"] == {"name": "order", "language": {"code": "de"}, "components": [values]}

    async def test_a_template_without_variables(self, provider, service):
        """It has no components."""
        content = WhatsAppContent(to="+4915112345678", body="", template=WhatsAppTemplate(name="hi", language="en_US"))
        assert isinstance(await provider.send(dispatch_of(self.key, content=content)), Sent)
        assert service.received[0].json["template"] == {"name": "hi", "language": {"code": "en_US"}}
