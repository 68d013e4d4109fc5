"""Images, whom they are given to, and servers."""

from typing import Any, Final

from images.errors import ImageExistsError
from images.services.members import (
    ACCEPTED,
    STATUSES,
    add_member,
    answer,
    list_memberships,
    remove_member,
)
from images.services.registering import change_image, delete_image, register
from images.services.registry import list_registered
from images.services.servers import create_server, delete_server, list_servers
from images.services.settling import settle_at_once
from images.values.changes import ImageChange, Registration
from images.values.images import Visibility
from management_api.engine.actors import Actor
from management_api.engine.errors import InvalidObjectError, UnknownObjectError
from management_api.engine.fields import Calc, Ref, Rel, Row, Scalar, Values, value_at
from management_api.engine.kinds import BOOLEAN, INTEGER, OBJECT, TEXT, TEXTS, TIME, UUID_TEXT
from management_api.engine.resource import Key, Made, NoWrites, Resource
from management_api.resources.containers import object_at
from management_api.resources.rights import credentials_in, require_operator, theirs
from pithos_api.values import ObjectPath
from web.json_values import JSONValue

_MOST: Final = 2**31 - 1

# What null makes of a field.
_EMPTY: Final = {
    **dict.fromkeys(("name", "disk_format", "container_format"), ""),
    **dict.fromkeys(("protected", "hidden"), False),
    **dict.fromkeys(("min_disk", "min_ram"), 0),
    "tags": (),
}


def _place(row: Row, _: Actor) -> JSONValue:
    return f"{row['account']}/{row['container_name']}/{row['object']}"


def _disk(row: Row, _: Actor) -> JSONValue:
    return f"{row['owner__account']}/{row['container']}/{row['object']}"


def _path(actor: Actor, values: Values, name: str) -> ObjectPath:
    """Return the object that a field names, in a visible account.

    Raises: InvalidObjectError; UnknownObjectError: it is in another's account.
    """
    text = str(values.get(name) or "")
    if text.count("/") < 2:
        raise InvalidObjectError(f"must name an object as its {name}: account/container/object")
    path = object_at(text)
    if not actor.operator and path.account != actor.account:
        raise UnknownObjectError("object", text)
    return path


def _change(values: Values) -> ImageChange:
    """Return what is set of an image. Raises: InvalidObjectError."""
    said: dict[str, Any] = {
        name: _EMPTY.get(name) if value is None else value
        for name, value in values.items()
        if name != "object"
    }
    for name in ("min_disk", "min_ram"):
        if not 0 <= said.get(name, 0) <= _MOST:
            raise InvalidObjectError(f"must have a {name} of 0 to {_MOST}")
    if "visibility" in said:
        said["visibility"] = _visibility(said["visibility"])
    if "tags" in said:
        said["tags"] = tuple(said["tags"])
    if "properties" in said:
        said["properties"] = _properties(said["properties"])
        said["replace_properties"] = True
    return ImageChange(**said)


def _visibility(text: str | None) -> Visibility:
    try:
        return Visibility(text or "")
    except ValueError as error:
        raise InvalidObjectError(f"must be visible as {', '.join(Visibility)}") from error


def _properties(value: object) -> dict[str, str | None]:
    properties = value if isinstance(value, dict) else {}
    if not all(isinstance(each, str) for each in properties.values()):
        raise InvalidObjectError("must have properties that are texts")
    return properties


class ImageWrites(NoWrites):
    """Images by the services of their registry."""

    def create(self, actor: Actor, values: Values, key: str | None) -> Made:
        """Make an object an image. Raises: as ``_path``, ``_change``, ``register``."""
        path = _path(actor, values, "object")
        known = {"account": path.account, "container_name": path.container, "object": path.name}
        if list_registered().filter(**known).exists():
            raise InvalidObjectError(f"names what is an image already: {path}")
        wanted = Registration(path, _change(values))
        settle_at_once()
        return Made(register(credentials_in(actor, path.account), wanted).id)

    def change(self, actor: Actor, target: Ref, values: Values) -> None:
        """Change what is said of an image. Raises: as ``_change``, ``change_image``."""
        owner = _owner_of(actor, str(target.id))
        settle_at_once()
        change_image(credentials_in(actor, owner), str(target.id), _change(values))

    def delete(self, actor: Actor, target: Ref) -> None:
        """Unregister an image. Raises: ProtectedImageError."""
        owner = _owner_of(actor, str(target.id))
        delete_image(credentials_in(actor, owner), str(target.id))


def _owner_of(actor: Actor, image: str) -> str:
    """Return whose an image is. Raises: UnknownObjectError: or the actor does not see it."""
    rows = theirs(actor, list_registered(), "owner_id").filter(id=image)
    for owner in rows.values_list("account", flat=True):
        return str(owner)
    raise UnknownObjectError("image", image)


class MemberWrites(NoWrites):
    """Members by the services of images."""

    def create(self, actor: Actor, values: Values, key: str | None) -> Made:
        """Give an image to an account. Raises: UnknownObjectError; as ``add_member``."""
        image, status = str(values["image"]), str(values.get("status") or ACCEPTED)
        if status not in STATUSES:
            raise InvalidObjectError(f"must have one of the statuses {', '.join(STATUSES)}")
        credentials = credentials_in(actor, _owner_of(actor, image))
        settle_at_once()
        try:
            made = add_member(credentials, image, str(values["member"]), status, new=True)
        except ImageExistsError as error:
            raise InvalidObjectError(f"names a member that is there: {error}") from error
        return Made(f"{image}/{made.member}")

    def change(self, actor: Actor, target: Ref, values: Values) -> None:
        """Say as a member whether one takes it. Raises: as ``answer``."""
        image, _, member = str(target.id).partition("/")
        answer(actor.credentials, image, member, str(values["status"]))

    def delete(self, actor: Actor, target: Ref) -> None:
        """Give an image to an account no longer. Raises: UnknownObjectError."""
        image, _, member = str(target.id).partition("/")
        settle_at_once()
        remove_member(credentials_in(actor, _owner_of(actor, image)), image, member)


class ServerWrites(NoWrites):
    """Servers by their services, for operators."""

    def create(self, actor: Actor, values: Values, key: str | None) -> Made:
        """Make a server. Raises: OperatorsOnlyError; InvalidImageError, as ``_path``."""
        require_operator(actor)
        return Made(create_server(str(values["name"]), _path(actor, values, "disk")).pk)

    def delete(self, actor: Actor, target: Ref) -> None:
        """Forget a server; its disk stays. Raises: OperatorsOnlyError."""
        require_operator(actor)
        delete_server(int(target.id))


IMAGE: Final = Resource(
    "image",
    lambda actor: theirs(actor, list_registered(), "owner_id"),
    Key(("id",), kind=UUID_TEXT),
    (
        Calc("object", TEXT, getter=_place, needs=("account", "container_name", "object"),
             setter=lambda place: {"object": place}, at_creation=True,
             help="The object that is the image: account/container/object."),
        Scalar("user", TEXT, source="account", readonly=True, help="Whose it is."),
        Scalar("name", TEXT),
        Scalar("status", TEXT, readonly=True),
        Calc("visibility", TEXT, getter=value_at("visibility"), needs=("visibility",),
             setter=lambda visibility: {"visibility": visibility},
             help="public, shared or private."),
        Scalar("disk_format", TEXT),
        Scalar("container_format", TEXT),
        Scalar("size", INTEGER, readonly=True, help="Bytes."),
        Scalar("protected", BOOLEAN, help="Whether it cannot be deleted."),
        Scalar("hidden", BOOLEAN),
        Scalar("min_disk", INTEGER, help="GiB."),
        Scalar("min_ram", INTEGER, help="MiB."),
        Scalar("tags", TEXTS),
        Scalar("properties", OBJECT, help="Names and texts; those that are not named go."),
        Scalar("readers", TEXTS, readonly=True, help="Who else may read the object."),
        Scalar("server", INTEGER, readonly=True, help="The server that it was made of."),
        Scalar("created", TIME, readonly=True),
        Scalar("updated", TIME, readonly=True),
    ),
    ImageWrites(),
    frozenset({"POST", "PATCH", "DELETE"}),
    pk="",
    help="An object that is registered as an image. DELETE takes the object along only if the "
    "registry made it.",
)  # fmt: skip

MEMBER: Final = Resource(
    "member",
    lambda actor: list_memberships(None if actor.operator else (actor.user, actor.account)),
    Key(("image", "member"), kind=UUID_TEXT),
    (
        Scalar("image", UUID_TEXT, required=True, at_creation=True),
        Scalar("member", TEXT, required=True, at_creation=True, help="An account."),
        Scalar("status", TEXT, help="pending, accepted or rejected; the member says it."),
        Scalar("created", TIME, readonly=True),
        Scalar("updated", TIME, readonly=True),
    ),
    MemberWrites(),
    frozenset({"POST", "PATCH", "DELETE"}),
    pk="",
    help="An account that an image was given to by name.",
)

SERVER: Final = Resource(
    "server",
    lambda actor: theirs(actor, list_servers(), "owner"),
    Key(("id",), kind=INTEGER),
    (
        Rel("user", stores="user", source="owner", readonly=True),
        Scalar("name", TEXT, required=True, at_creation=True),
        Calc("disk", TEXT, getter=_disk, needs=("owner__account", "container", "object"),
             setter=lambda place: {"disk": place}, at_creation=True,
             help="The object where its disk was seen last: account/container/object."),
        Scalar("disk_uuid", UUID_TEXT, source="disk", readonly=True),
        Scalar("created", TIME, readonly=True),
    ),
    ServerWrites(),
    frozenset({"POST", "DELETE"}),
    help="A machine whose disk is an object. Operators make and forget them.",
)  # fmt: skip
