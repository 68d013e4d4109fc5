"""With whose rights services are called, and who sees which rows."""

from typing import Any, TypeVar

from django.db.models import Model, QuerySet

from accounts.errors import OperatorsOnlyError
from accounts.tokens.credentials import NO_TOKEN, Credentials
from management_api.engine.actors import Actor
from pithos_api.services.access.scopes import require_unlimited

M = TypeVar("M", bound=Model)


def theirs(actor: Actor, rows: "QuerySet[M, Any]", owner: str) -> "QuerySet[M, Any]":
    """Return those rows that an actor may see. owner: the path to the row's user."""
    return rows if actor.operator else rows.filter(**{owner: actor.user})


def credentials_in(actor: Actor, account: str) -> Credentials:
    """Return what services check an actor's writes in an account by.

    In others' accounts operators have the owner's rights, and are who acts.
    """
    if not actor.operator or account == actor.account:
        return actor.credentials
    scope = actor.credentials.scope
    return Credentials(NO_TOKEN, vouched=actor.account, scope=scope, everywhere=True)


def require_operator(actor: Actor) -> None:
    """Make sure that the actor is an operator. Raises: OperatorsOnlyError."""
    if not actor.operator:
        raise OperatorsOnlyError


def require_lasting(actor: Actor, doing: str) -> None:
    """Make sure that the actor's token may do what outlives it. doing: as of the error.

    Raises: LimitedTokenError: it is limited, also if in time only.
    """
    require_unlimited(actor.credentials, doing)
