"""Compiles content for every channel it serves, so that what is saved can be sent."""

from tidings.elemental import Document, channels_of
from tidings.rendering.email import CompiledEmail
from tidings.rendering.forms import form_of
from tidings.rendering.render_error import NothingToSay
from tidings.rendering.template_check import check_templates
from tidings.rendering.texts import Sms

_FOR_ALL = ("email", "sms")
"""Content for all channels is compiled as HTML and as text: the rest differ in marks alone."""


def check(document: Document) -> None:
    """Compile. Raises `RenderError` with the path in the content, at the first thing that is no template."""
    check_templates(document)
    named = channels_of(document)
    for place in dict.fromkeys(
        [*(name for name in named if name != "default"), *(_FOR_ALL if "default" in named else ())]
    ):
        try:
            if place == "email":
                CompiledEmail(document)
            else:
                form = form_of(place, place) or Sms
                form(document, channel=place, provider=place)
        except NothingToSay:
            continue
