"""Signing in: who may, after how many tries, with what."""

import msgspec

from tidings.accounts import Account, email_of, recovery_hash, step_of
from tidings.api.services import Services
from tidings.errors import InvalidInput, NotAllowed, NotAuthenticated, TooManyTries

ACCOUNT_FREE, ADDRESS_FREE, MAILS_FREE = 5, 20, 3
"""Tries that take no time: people mistype, and an office shares an address."""

_WRONG = "The email address or the password is wrong."
_WRONG_CODE = "This code is wrong, or was used before: wait for the next one, or take a recovery code."


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody says to sign in."""

    email: str
    password: str
    code: str = ""

    def __repr__(self) -> str:
        """Show nothing: a repr ends up in logs."""
        return "Proof(…)"


def check_passwords_open(services: Services) -> None:
    """Refuse passwords where the settings switch them off. Raises `NotAllowed`."""
    if not services.config.password_sign_in:
        provider = services.identity_provider
        by = f" Sign in with {provider.settings.name}." if provider else ""
        raise NotAllowed(f"Passwords are switched off here (password_sign_in).{by}")


async def prove(services: Services, proof: Proof, *, address: str) -> Account | None:
    """Tell who that is; None when the password is right and a code is still needed.

    An unknown address, a wrong password, an account without one and a disabled one are told in the same words, after
    the same work. Raises `NotAuthenticated`, `TooManyTries`.
    """
    try:
        email = email_of(proof.email)
    except InvalidInput:
        email = ""  # nobody's
    of_account, of_address = f"account:{email}", f"address:{address}"
    await _begin(services, [(of_account, ACCOUNT_FREE), (of_address, ADDRESS_FREE)])
    account, kept = await services.accounts.find(email) or (None, None)
    proved = await services.proofs.proves(proof.password, kept)
    if not proved or account is None or account.disabled is not None:
        raise NotAuthenticated(_WRONG)
    if account.has_second_factor:
        if not proof.code.strip():
            await services.tries.take_back([of_account, of_address])
            return None
        if not await _takes(services, account, proof.code):
            raise NotAuthenticated(_WRONG_CODE)
    await services.tries.forget(of_account)
    await services.tries.take_back([of_address])
    if kept is not None and services.proofs.is_outdated(kept):
        await services.accounts.renew_hash(account.id, await services.proofs.hash(proof.password), instead_of=kept)
    await services.accounts.signed_in(account.id, now=services.clock.now_ms())
    return account


async def check_may_ask(services: Services, email: str, *, address: str) -> None:
    """Count whoever has a mail sent, whether there is such an account or not. Raises `TooManyTries`."""
    await _begin(services, [(f"mail:{email}", MAILS_FREE), (f"mails-from:{address}", ADDRESS_FREE)])


async def confirm(services: Services, account: Account, password: str) -> None:
    """Have somebody who is signed in say the password again, before what it protects is changed.

    Raises `InvalidInput` when it is wrong, `TooManyTries`.
    """
    subject = f"account:{account.email}"
    await _begin(services, [(subject, ACCOUNT_FREE)])
    kept = (await services.accounts.credentials(account.id)).password_hash
    if not await services.proofs.proves(password, kept):
        raise InvalidInput("this is not your password", path="current_password")
    await services.tries.forget(subject)


async def _begin(services: Services, subjects: list[tuple[str, int]]) -> None:
    waits = await services.tries.begin(subjects, now=services.clock.now_ms())
    if waits:
        seconds = -(-waits // 1000)
        raise TooManyTries(f"Too many tries: wait {seconds} seconds, then try again.", retry_after_s=seconds)


async def _takes(services: Services, account: Account, code: str) -> bool:
    """Use a code up: the app's, or one of those for when the app is lost."""
    secret = (await services.accounts.credentials(account.id)).second_factor
    if secret is not None and (step := step_of(secret, code, now=services.clock.now_ms())) is not None:
        return await services.accounts.use_step(account.id, step)
    return await services.accounts.use_recovery_code(account.id, recovery_hash(code))
