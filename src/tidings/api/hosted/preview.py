"""The page on which recipients choose, as it would look to somebody who has chosen nothing."""

from tidings.api.hosted.routes import CHANNELS, look_of
from tidings.api.hosted.subscriber import Subscriber, laid_out
from tidings.api.injected import Injected
from tidings.api.pages import Pages, words_for
from tidings.preferences import PreferencePage
from tidings.translations import Catalogue

_PAGES = Pages()


async def preview(services: Injected, page: PreferencePage, *, locale: str = "") -> str:
    """Draw it, with the topics as they are now."""
    theirs = (await services.translated([page.environment_id])).get(page.environment_id, Catalogue())
    nobody = Subscriber(environment_id=page.environment_id, user_id="", tenant_id="", addresses={})
    drawn = _PAGES.page(
        "choose.html",
        forms=True,
        words=words_for([locale], theirs),
        look=await look_of(services, page),
        sections=await laid_out(services, nobody, ()),
        stopped=False,
        names=CHANNELS,
        saved=False,
    )
    return drawn.html
