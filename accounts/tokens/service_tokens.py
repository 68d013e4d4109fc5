"""Tokens of services: programs of the site that act for no user, such as a mail exchange."""

from django.db import transaction
from django.db.models.functions import Now

from accounts.errors import TokenNotFoundError
from accounts.models import ServiceToken
from accounts.tokens.tokens import new_secret, token_digest
from audit.services import record


def create_service_token(service: str) -> str:
    """Return a new token of a service. It cannot be shown again."""
    token = new_secret()
    with transaction.atomic():
        ServiceToken.objects.create(digest=token_digest(token), service=service)
        record("service_token.create", account="", target=service)
    return token


def revoke_service_tokens(service: str) -> int:
    """Make all tokens of a service fail from the next request on; return how many.

    Raises: TokenNotFoundError: it has none.
    """
    with transaction.atomic():
        ended = ServiceToken.objects.filter(service=service, revoked=None).update(revoked=Now())
        if not ended:
            raise TokenNotFoundError
        record("service_token.revoke", account="", target=service, details={"tokens": ended})
    return ended


def find_service(name: str, token: str) -> str | None:
    """Return the service of this name, if the token is its; else None."""
    found = ServiceToken.objects.filter(digest=token_digest(token), service=name, revoked=None)
    return found.values_list("service", flat=True).first()
