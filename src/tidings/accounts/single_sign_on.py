"""Which identity provider is asked, and whom its word lets in: what the settings say."""

from collections.abc import Set as AbstractSet
from urllib.parse import urlsplit

import msgspec

from tidings.accounts.identity import Identity, Refusal, SignInRefused
from tidings.accounts.role import Role
from tidings.config import Config
from tidings.errors import ConfigurationError

ANY = "*"


class SingleSignOn(msgspec.Struct, frozen=True, kw_only=True):
    """Sign-in by OpenID Connect."""

    issuer: str
    client_id: str
    client_secret: str = ""
    name: str
    """What people call the issuer."""
    domains: AbstractSet[str] = frozenset()
    """Of email addresses that may come; empty is any."""
    newcomers: Role | None = None
    """Of whoever comes without an invitation; None lets nobody in who has no account."""

    def __repr__(self) -> str:
        """Show no secret: a repr ends up in logs."""
        return f"SingleSignOn(issuer={self.issuer!r})"

    def check_domain(self, identity: Identity) -> None:
        """Refuse addresses of other domains. Raises `SignInRefused`."""
        domain = identity.email.rpartition("@")[2]
        if self.domains and ANY not in self.domains and domain not in self.domains:
            raise SignInRefused(Refusal.DOMAIN, "the domain of the email address is not among oidc_allowed_domains")


def single_sign_on(config: Config) -> SingleSignOn | None:
    """Read it from the settings; None when it is off. Raises `ConfigurationError`."""
    if not config.oidc_issuer:
        return None
    domains = frozenset(part.strip().lower() for part in config.oidc_allowed_domains.split(",") if part.strip())
    newcomers = _role(config.oidc_newcomers.strip())
    if newcomers is not None and not domains:
        raise ConfigurationError(
            "oidc_newcomers needs oidc_allowed_domains: name the domains whose people may come uninvited, or * for all "
            "that the issuer knows"
        )
    return SingleSignOn(
        issuer=config.oidc_issuer,
        client_id=config.oidc_client_id,
        client_secret=config.oidc_client_secret,
        name=config.oidc_name.strip()[:60] or urlsplit(config.oidc_issuer).netloc,
        domains=domains,
        newcomers=newcomers,
    )


def _role(text: str) -> Role | None:
    try:
        return Role(text) if text else None
    except ValueError:
        raise ConfigurationError(
            f"oidc_newcomers must be empty or one of {', '.join(role.value for role in Role)}, got {text!r}"
        ) from None
