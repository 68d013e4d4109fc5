"""Passwords that open something else than an account, guessed at no faster than those of users."""

import logging
import secrets

from django.contrib.auth.hashers import check_password

from accounts.logins.passwords import MAX_PASSWORD
from accounts.throttling import throttling
from accounts.throttling.throttling import LoginTarget
from observability import request_context

log = logging.getLogger(__name__)


def fits(password: str, encoded: str, target: str) -> bool:
    """Return whether a password is the one that is kept as ``encoded``.

    target: what it opens, by a name that no account can have; wrong ones are counted for it.

    Raises: ThrottledError: too many were wrong; this one was not tried, or is not told.
    """
    counted = LoginTarget(target)
    throttling.check(counted)
    if len(password) <= MAX_PASSWORD and check_password(password, encoded):
        throttling.check(counted)
        return True
    throttling.count_failure(counted, secrets.token_bytes(8))
    where = request_context.address() or "this machine"
    log.warning("sign-in failed from %s for a link", where)
    return False
