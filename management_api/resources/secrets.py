"""Tokens and app passwords: made, shown once, revoked."""

from datetime import datetime
from ipaddress import ip_network
from typing import Final

from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from accounts.models import AppPassword, Token, User
from accounts.tokens.app_passwords import create_app_password, revoke_app_password
from accounts.tokens.credentials import Scope
from accounts.tokens.tokens import create_token, revoke_token_of, token_digest
from accounts.users.suspension import require_resumed
from accounts.users.users import find_user
from management_api.engine.actors import Actor
from management_api.engine.errors import InvalidObjectError
from management_api.engine.fields import Calc, Field, Ref, Rel, Row, Scalar, Values
from management_api.engine.kinds import BOOLEAN, HEX, INTEGER, OBJECT, TEXT, TIME
from management_api.engine.resource import Key, Made, NoWrites, Resource
from management_api.resources.rights import require_lasting, theirs
from web.json_values import JSONValue

_LABEL: Final = 256
_LIMITS: Final = {"read_only": bool, "container": str, "prefix": str, "networks": list}


def _valid(row: Row, _: Actor) -> JSONValue:
    expires = row["expires"]
    ended = isinstance(expires, datetime) and expires <= timezone.now()
    return not ended and bool(row["user__is_active"])


def _terms(values: Values) -> tuple[str, datetime | None, Scope]:
    """Return label, end and scope of a new secret. Raises: InvalidObjectError."""
    label, expires = str(values.get("label") or ""), values.get("expires")
    if len(label) > _LABEL:
        raise InvalidObjectError(f"has a label of more than {_LABEL} characters")
    return label, expires if isinstance(expires, datetime) else None, _scope(values.get("scope"))


def _scope(limits: object) -> Scope:
    """Return what limits in JSON say. Raises: InvalidObjectError."""
    if not isinstance(limits, dict):
        return Scope()
    for name, value in limits.items():
        if not isinstance(value, _LIMITS.get(name, type(None))):
            raise InvalidObjectError(f"has a scope with {name}; it has {', '.join(_LIMITS)}")
    try:
        networks = tuple(ip_network(str(each)) for each in limits.get("networks", ()))
    except ValueError as error:
        raise InvalidObjectError("has a scope with a network that is none") from error
    return Scope(**{**limits, "networks": networks})


def _owner(actor: Actor, values: Values) -> User:
    """Return whose a new secret is. Raises: LimitedTokenError, UserSuspendedError."""
    require_lasting(actor, "make secrets")
    user = values.get("user")
    owner = find_user(str(user.id) if isinstance(user, Ref) else actor.account)
    require_resumed(owner)
    return owner


class TokenWrites(NoWrites):
    """Tokens by their services."""

    def create(self, actor: Actor, values: Values, key: str | None) -> Made:
        """Make a token. Raises: InvalidScopeError; as ``_owner``, ``_terms``."""
        label, expires, scope = _terms(values)
        secret = create_token(_owner(actor, values), expires=expires, label=label, scope=scope)
        return Made(token_digest(secret).hex(), {"secret": secret})

    def delete(self, actor: Actor, target: Ref) -> None:
        """Revoke a token. Raises: TokenNotFoundError."""
        token = Token.objects.select_related("user").get(pk=target.pk)
        revoke_token_of(token.user, token.digest)


class AppPasswordWrites(NoWrites):
    """App passwords by their services."""

    def create(self, actor: Actor, values: Values, key: str | None) -> Made:
        """Make an app password. Raises: InvalidScopeError; as ``_owner``, ``_terms``."""
        label, expires, scope = _terms(values)
        secret = create_app_password(
            _owner(actor, values), label=label, scope=scope, expires=expires
        )
        made = AppPassword.objects.get(digest=token_digest(secret))
        return Made(made.pk, {"secret": secret})

    def delete(self, actor: Actor, target: Ref) -> None:
        """Revoke it, and all tokens that it got. Raises: AppPasswordNotFoundError."""
        found = AppPassword.objects.select_related("user").get(pk=target.pk)
        revoke_app_password(found.user, found.pk)


_FIELDS: Final[tuple[Field, ...]] = (
    Rel("user", stores="user", source="user", at_creation=True,
        help="Whose it is; without it, who asks."),
    Scalar("label", TEXT, at_creation=True),
    Scalar("scope", OBJECT, at_creation=True,
           help="Its limits: read_only, container, prefix, networks; null has none."),
    Scalar("expires", TIME, at_creation=True, help="When it ends; null is never."),
    Scalar("created", TIME, readonly=True),
    Scalar("last_used", TIME, readonly=True, help="To within an hour."),
    Calc("valid", BOOLEAN, getter=_valid, needs=("expires", "user__is_active")),
    Calc("secret", TEXT, help="Told in the answer to its creation, and never again."),
)  # fmt: skip

TOKEN: Final = Resource(
    "token",
    lambda actor: theirs(actor, Token.objects.filter(revoked=None), "user"),
    Key(("digest",), kind=HEX),
    (*_FIELDS, Scalar("by_login", BOOLEAN, readonly=True, help="Whether a login made it.")),
    TokenWrites(),
    frozenset({"POST", "DELETE"}),
    help="A right to act as a user. Its id is the SHA-256 of its secret; DELETE revokes it.",
)

APP_PASSWORD: Final = Resource(
    "app_password",
    lambda actor: theirs(
        actor,
        AppPassword.objects.filter(Q(expires=None) | Q(expires__gt=Now()), revoked=None),
        "user",
    ),
    Key(("id",), kind=INTEGER),
    _FIELDS,
    AppPasswordWrites(),
    frozenset({"POST", "DELETE"}),
    help="A secret that logs in like the password. DELETE revokes it and the tokens it got.",
)
