"""Links: keys that let whoever has one read an object or a folder."""

from datetime import datetime
from typing import Final

from django.conf import settings
from django.utils import timezone

from accounts.logins.passwords import MAX_PASSWORD
from management_api.engine.actors import Actor
from management_api.engine.errors import InvalidObjectError
from management_api.engine.fields import Calc, Ref, Rel, Row, Scalar, Values
from management_api.engine.kinds import BOOLEAN, INTEGER, TEXT, TIME
from management_api.engine.resource import Key, Made, NoWrites, Resource
from management_api.resources.containers import container_at, object_at
from management_api.resources.rights import credentials_in, theirs
from pithos_api.services.links.keeping import links_of
from pithos_api.services.links.owning import (
    change_own_link,
    link_folder,
    link_object,
    revoke_own_link,
)
from pithos_api.values.links import KEEP, MAX_DOWNLOADS, Kept, LinkChange
from web.json_values import JSONValue


class LinkWrites(NoWrites):
    """Links by their services."""

    def create(self, actor: Actor, values: Values, key: str | None) -> Made:
        """Make a link. Raises: InvalidObjectError; as ``link_object``, ``link_folder``."""
        container, name = values["container"], str(values.get("object") or "")
        if not isinstance(container, Ref):
            raise InvalidObjectError("must say in which container")
        place = container_at(container.id)
        credentials = credentials_in(actor, place.account)
        path = object_at(f"{container.id}/{name}")
        if values["folder"]:
            made = link_folder(credentials, path if name else place, _limits(values))
        else:
            made = link_object(credentials, path, _limits(values))
        return Made(links_of(place.account).get(key=made.key).pk)

    def change(self, actor: Actor, target: Ref, values: Values) -> None:
        """Change the limits of a link. Raises: InvalidObjectError; as the service."""
        link = links_of().get(pk=target.pk)
        account = link.container.account.account
        change_own_link(credentials_in(actor, account), account, link.key, _limits(values))

    def delete(self, actor: Actor, target: Ref) -> None:
        """End a link for good. Raises: as the service."""
        link = links_of().get(pk=target.pk)
        account = link.container.account.account
        revoke_own_link(credentials_in(actor, account), account, link.key)


def _limits(values: Values) -> LinkChange:
    """Return the limits that are set. Raises: InvalidObjectError."""
    return LinkChange(
        _password(values) if "password" in values else KEEP,
        _expires(values) if "expires" in values else KEEP,
        _downloads(values) if "downloads" in values else KEEP,
    )


def _password(values: Values) -> str | Kept | None:
    password = values["password"]
    if isinstance(password, str) and not 1 <= len(password) <= MAX_PASSWORD:
        raise InvalidObjectError(f"must have a password of 1 to {MAX_PASSWORD} characters")
    return password if isinstance(password, str) else None


def _expires(values: Values) -> datetime | Kept | None:
    expires = values["expires"]
    if isinstance(expires, datetime) and expires <= timezone.now():
        raise InvalidObjectError("must have an end in the future")
    return expires if isinstance(expires, datetime) else None


def _downloads(values: Values) -> int | Kept | None:
    downloads = values["downloads"]
    if isinstance(downloads, int) and not 0 <= downloads <= MAX_DOWNLOADS:
        raise InvalidObjectError(f"must have 0 to {MAX_DOWNLOADS} downloads")
    return downloads if isinstance(downloads, int) else None


def _url(row: Row, actor: Actor) -> JSONValue:
    return f"{settings.PITHOS_PUBLIC_URL or actor.origin}/s/{row['key']}"


LINK: Final = Resource(
    "link",
    lambda actor: theirs(actor, links_of(), "container__account"),
    Key(("pk",), kind=INTEGER),
    (
        Rel("container", stores="container", source="container", required=True, at_creation=True),
        Scalar("object", TEXT, source="name", at_creation=True,
               help="The name of an object or folder; without it, the container."),
        Scalar("folder", BOOLEAN, source="is_folder", default=False, at_creation=True,
               help="Whether it leads to all below the name."),
        Calc("url", TEXT, getter=_url, needs=("key",), help="Whoever knows it may use the link."),
        Scalar("expires", TIME, help="When it ends; null is never."),
        Scalar("downloads", INTEGER, source="downloads_left",
               help="How many are left; null is any number."),
        Calc("password", TEXT, setter=lambda password: {"password": password},
             help="Asked of who uses the link; never shown; null takes it away."),
        Calc("has_password", BOOLEAN, getter=lambda row, _: bool(row["password"]),
             needs=("password",)),
        Scalar("used", INTEGER, readonly=True, help="How many downloads there were."),
        Scalar("last_used", TIME, readonly=True),
        Scalar("created", TIME, readonly=True),
    ),
    LinkWrites(),
    frozenset({"POST", "PATCH", "DELETE"}),
    help="A key that lets whoever has it read an object or a folder.",
)  # fmt: skip
