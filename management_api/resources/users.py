"""Users, and who they are to identity providers."""

from typing import Final
from urllib.parse import quote

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from accounts.errors import AccountExistsError
from accounts.identity.users import link, unlink
from accounts.models import ExternalIdentity, User
from accounts.users.suspension import resume, suspend
from accounts.users.users import create_user, find_user, set_password, set_quota
from blobs.services.backend import keeps_objects
from management_api.engine.actors import Actor
from management_api.engine.errors import InvalidObjectError
from management_api.engine.fields import (
    Calc,
    Ref,
    Rel,
    Row,
    Scalar,
    Values,
    operators,
    value_at,
)
from management_api.engine.kinds import BOOLEAN, INTEGER, TEXT, TIME
from management_api.engine.resource import Key, Made, NoWrites, Put, Resource
from management_api.resources.rights import require_lasting, require_operator, theirs
from pithos_api.services.operations.records import list_users
from web.json_values import JSONValue


def _quota(row: Row, _: Actor) -> JSONValue:
    own = row["quota"]
    return settings.PITHOS_DEFAULT_QUOTA if own is None else own  # type: ignore[return-value]


def _blob_kib(row: Row, _: Actor) -> JSONValue:
    return -(-int(str(row["sealed_bytes"])) // 1024) if keeps_objects() else None


def _url(row: Row, actor: Actor) -> JSONValue:
    return f"{actor.origin}/api/user/{quote(str(row['account']))}"


def _check_password(actor: Actor, user: User, password: object) -> str:
    """Return a password that a user may have.

    Raises: LimitedTokenError; InvalidObjectError: it is too easy, or none.
    """
    require_lasting(actor, "set passwords")
    if not isinstance(password, str):
        raise InvalidObjectError("must have a password that is a text")
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise InvalidObjectError(f"has a password that cannot be: {error.messages[0]}") from error
    return password


class UserWrites(NoWrites):
    """Users by their services; operators alone make and change them."""

    def create(self, actor: Actor, values: Values, key: str | None) -> Made:
        """Make a user. Raises: OperatorsOnlyError; as ``create_user``."""
        require_operator(actor)
        if values["active"] is None:
            raise InvalidObjectError("must say whether the user is active")
        if values["operator"]:
            require_lasting(actor, "make operators")
        quota = values.get("quota")
        try:
            made = create_user(
                str(values["username"]),
                operator=bool(values["operator"]),
                quota=quota if isinstance(quota, int) else None,
            )
        except AccountExistsError as error:
            raise InvalidObjectError(f"makes a user who is there already: {error}") from error
        if "password" in values:
            set_password(made, _check_password(actor, made, values["password"]))
        if not values["active"]:
            suspend(made)
        return Made(made.account)

    def change(self, actor: Actor, target: Ref, values: Values) -> None:
        """Suspend or resume a user, or give them another quota or password.

        Raises: OperatorsOnlyError; InvalidObjectError; InvalidQuotaError; LimitedTokenError.
        """
        require_operator(actor)
        user = find_user(str(target.id))
        if "active" in values:
            if values["active"] is None:
                raise InvalidObjectError("must say whether the user is active")
            (resume if values["active"] else suspend)(user)
        if "password" in values:
            set_password(user, _check_password(actor, user, values["password"]))
        if "quota" in values:
            quota = values["quota"]
            set_quota(user, quota if isinstance(quota, int) else None)


class IdentityWrites(NoWrites):
    """Identities by their services, for operators."""

    def create(self, actor: Actor, values: Values, key: str | None) -> Made:
        """Let a provider's name mean a user. Raises: OperatorsOnlyError, InvalidObjectError."""
        require_operator(actor)
        require_lasting(actor, "let anybody in")
        provider, subject = str(values["provider"]), str(values["subject"])
        rows = ExternalIdentity.objects.filter(provider=provider, subject=subject)
        if rows.exists():
            raise InvalidObjectError("names an identity that is there already")
        self._link(values["user"], provider, subject)
        return Made(rows.get().pk)

    def change(self, actor: Actor, target: Ref, values: Values) -> None:
        """Let a provider's name mean another user. Raises: as ``create``."""
        require_operator(actor)
        require_lasting(actor, "let anybody in")
        row = ExternalIdentity.objects.get(pk=target.pk)
        self._link(values["user"], row.provider, row.subject)

    def delete(self, actor: Actor, target: Ref) -> None:
        """Let a provider's name mean nobody. Raises: OperatorsOnlyError."""
        require_operator(actor)
        unlink(ExternalIdentity.objects.get(pk=target.pk))

    def _link(self, user: object, provider: str, subject: str) -> None:
        if not isinstance(user, Ref):
            raise InvalidObjectError("must say whose identity it is")
        link(find_user(str(user.id)), provider, subject)


USER: Final = Resource(
    "user",
    lambda actor: theirs(actor, list_users(), "pk"),
    Key(("account",), fields=("username",)),
    (
        Scalar("username", TEXT, source="account", required=True, at_creation=True,
               help="The name of the account, in lower case."),
        Scalar("display_name", TEXT, readonly=True, help="What an identity provider calls them."),
        Scalar("active", BOOLEAN, source="is_active", default=True, writable=operators,
               help="False: suspended."),
        Scalar("operator", BOOLEAN, source="is_operator", default=False, writable=operators,
               at_creation=True, help="Whether they see and change what is everybody's."),
        Scalar("created", TIME, readonly=True),
        Calc("quota", INTEGER, getter=_quota, needs=("quota",),
             setter=lambda quota: {"quota": quota}, writable=operators,
             help="Bytes, 0 is unlimited; null takes the store's default."),
        Calc("used_bytes", INTEGER, getter=value_at("used_bytes"),
             needs=("used_bytes",), help="Bytes of current objects."),
        Calc("blob_kib", INTEGER, getter=_blob_kib, needs=("sealed_bytes",),
             help="KiB of encrypted blobs."),
        Calc("url", TEXT, getter=_url, needs=("account",), help="Where the user is told."),
        Calc("password", TEXT, setter=lambda password: {"password": password}, writable=operators,
             help="With which they sign in; never shown."),
        Rel("tokens", stores="token", multi=True, back="user", cascade=True),
        Rel("app_passwords", stores="app_password", multi=True, back="user", cascade=True),
        Rel("identities", stores="identity", multi=True, back="user", cascade=True),
        Rel("groups", stores="group", multi=True, back="owner"),
        Rel("containers", stores="container", multi=True, back="user"),
        Rel("servers", stores="server", multi=True, back="user", readonly=True),
    ),
    UserWrites(),
    frozenset({"POST", "PUT", "PATCH"}),
    Put.NEW,
    help="Someone who owns an account. Users are suspended, and never deleted here.",
)  # fmt: skip

IDENTITY: Final = Resource(
    "identity",
    lambda actor: theirs(actor, ExternalIdentity.objects.all(), "user"),
    Key(("id",), kind=INTEGER),
    (
        Rel("user", stores="user", source="user", required=True, writable=operators),
        Scalar("provider", TEXT, required=True, at_creation=True,
               help="The name of an identity backend."),
        Scalar("subject", TEXT, required=True, at_creation=True,
               help="What the provider knows the user by."),
        Scalar("created", TIME, readonly=True),
    ),
    IdentityWrites(),
    frozenset({"POST", "PATCH", "DELETE"}),
    help="Who a user is to an identity provider.",
)  # fmt: skip
