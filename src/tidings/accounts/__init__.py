"""Who may use Studio: accounts, what their roles allow, how they sign in, and what is on record of what they did."""

from tidings.accounts.account import LINK_MS, Account, AccountChange, Credentials, email_of
from tidings.accounts.audit import Actor, ActorKind, AuditEvent, shortened
from tidings.accounts.identity import Identity, Refusal, SignInRefused
from tidings.accounts.password import PASSWORD_CHARACTERS_MAX, PASSWORD_CHARACTERS_MIN, Passwords, check_password
from tidings.accounts.patience import FORGOTTEN_MS, Tries, wait_ms
from tidings.accounts.role import AREAS, Area, Role, may, who_may
from tidings.accounts.second_factor import new_recovery_codes, new_secret, recovery_hash, setup_url, step_of
from tidings.accounts.session import ABSOLUTE_MS, SLIDING_MS, StudioSession, prolonged
from tidings.accounts.single_sign_on import SingleSignOn, single_sign_on

__all__ = [
    "ABSOLUTE_MS",
    "AREAS",
    "FORGOTTEN_MS",
    "LINK_MS",
    "PASSWORD_CHARACTERS_MAX",
    "PASSWORD_CHARACTERS_MIN",
    "SLIDING_MS",
    "Account",
    "AccountChange",
    "Actor",
    "ActorKind",
    "Area",
    "AuditEvent",
    "Credentials",
    "Identity",
    "Passwords",
    "Refusal",
    "Role",
    "SignInRefused",
    "SingleSignOn",
    "StudioSession",
    "Tries",
    "check_password",
    "email_of",
    "may",
    "new_recovery_codes",
    "new_secret",
    "prolonged",
    "recovery_hash",
    "setup_url",
    "shortened",
    "single_sign_on",
    "step_of",
    "wait_ms",
    "who_may",
]
