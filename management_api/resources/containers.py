"""Containers, and the objects in them."""

from typing import Final, cast

from django.conf import settings

from management_api.engine.actors import Actor
from management_api.engine.errors import InvalidObjectError
from management_api.engine.fields import Calc, Ref, Rel, Row, Scalar, Values, value_at
from management_api.engine.kinds import BOOLEAN, INTEGER, OBJECT, TEXT, TEXTS, TIME, UUID_TEXT
from management_api.engine.resource import Key, Made, NoWrites, Resource
from management_api.resources.rights import credentials_in, theirs
from pithos_api.services.containers.changing import create_container, update_container
from pithos_api.services.containers.deleting import delete_container
from pithos_api.services.metadata import without_signing_keys
from pithos_api.services.objects.updating import update_metadata
from pithos_api.services.operations.records import list_containers, list_objects
from pithos_api.values import (
    MAX_CONTAINER_BYTES,
    Conditions,
    ContainerPath,
    MetaChange,
    ObjectPath,
    PolicyChange,
    ShareChange,
)
from pithos_api.values.requests import ContainerChange, MetadataUpdate
from web.json_values import JSONValue
from web.names import check_name

_NO_META: Final = MetaChange({}, replace=False)
_POLICIES: Final = ("versioning", "quota", "keep_days", "keep_versions")


def container_at(key: str | int) -> ContainerPath:
    """Return the container that an id names."""
    account, _, name = str(key).partition("/")
    return ContainerPath(account, name)


def object_at(key: str | int) -> ObjectPath:
    """Return the object that an id names."""
    account, container, name = str(key).split("/", 2)
    return ObjectPath(account, container, name)


def public_url(key: str | None, actor: Actor) -> JSONValue:
    """Return where a published object is read by anybody, None for a key of None."""
    if key is None:
        return None
    return f"{settings.PITHOS_PUBLIC_URL or actor.origin}/public/{key}"


def _policies(values: Values) -> PolicyChange:
    """Return what the policies among ``values`` say, as headers would; None is the default."""
    said = {name: values[name] for name in _POLICIES if name in values}
    texts = {
        name.replace("_", "-"): "" if value is None else str(value) for name, value in said.items()
    }
    return PolicyChange(texts, reset=False)


class ContainerWrites(NoWrites):
    """Containers by their services."""

    def create(self, actor: Actor, values: Values, key: str | None) -> Made:
        """Make a container. Raises: InvalidPathError, InvalidObjectError; as the service."""
        owner, name = values.get("user"), str(values["name"])
        account = str(owner.id) if isinstance(owner, Ref) else actor.account
        check_name("container", name, MAX_CONTAINER_BYTES)
        if "/" in name:
            raise InvalidObjectError("names a container with a slash")
        path = ContainerPath(account, name)
        credentials = credentials_in(actor, account)
        if not create_container(credentials, path, ContainerChange(_NO_META, _policies(values))):
            raise InvalidObjectError(f"names a container that is there already: {path}")
        return Made(str(path))

    def change(self, actor: Actor, target: Ref, values: Values) -> None:
        """Change policies. Raises: InvalidPolicyError; as the service."""
        path = container_at(target.id)
        credentials = credentials_in(actor, path.account)
        update_container(credentials, path, ContainerChange(_NO_META, _policies(values)))

    def delete(self, actor: Actor, target: Ref) -> None:
        """Delete an empty container with its history. Raises: ContainerNotEmptyError."""
        path = container_at(target.id)
        delete_container(credentials_in(actor, path.account), path)


class ObjectWrites(NoWrites):
    """Publishing objects; their bytes are for the object API."""

    def change(self, actor: Actor, target: Ref, values: Values) -> None:
        """Publish an object, or end that. Raises: as ``update_metadata``."""
        path = object_at(target.id)
        share = ShareChange(public=bool(values["public"]))
        update = MetadataUpdate(None, Conditions(), share)
        update_metadata(credentials_in(actor, path.account), path, update)


def _meta(row: Row, actor: Actor) -> JSONValue:
    """Return what the actor's token may know of a container's metadata."""
    meta = cast(dict[str, str], row["meta"])
    return dict(meta if actor.credentials.scope is None else without_signing_keys(meta))


CONTAINER: Final = Resource(
    "container",
    lambda actor: theirs(actor, list_containers(), "account"),
    Key(("account__account", "name")),
    (
        Rel("user", stores="user", source="account", at_creation=True,
            help="Whose it is; without it, who asks."),
        Scalar("name", TEXT, required=True, at_creation=True),
        Scalar("versioning", TEXT, help="auto or none: whether history is kept."),
        Scalar("quota", INTEGER, help="Bytes of current objects, 0 is unlimited."),
        Scalar("keep_days", INTEGER, help="How long history is kept; null as the store says."),
        Scalar("keep_versions", INTEGER, help="How much history is kept; null as the store says."),
        Calc("count", INTEGER, getter=value_at("count"),
             needs=("count",), help="Current objects."),
        Calc("bytes", INTEGER, getter=value_at("bytes"),
             needs=("bytes",), help="Bytes of current objects."),
        Calc("meta", OBJECT, getter=_meta, needs=("meta",),
             help="The owner's metadata; limited tokens are not shown keys that sign URLs."),
        Scalar("readers", TEXTS, readonly=True, help="Who else may read all of it."),
        Scalar("writers", TEXTS, readonly=True, help="Who else may write all of it."),
        Scalar("sealed", BOOLEAN, readonly=True, help="Whether one interface alone writes."),
        Scalar("created", TIME, readonly=True),
        Scalar("modified", TIME, source="last_change", readonly=True),
        Rel("objects", stores="object", multi=True, back="container", readonly=True,
            on_demand=True, help="From depth 2 on."),
        Rel("shares", stores="share", multi=True, back="container", cascade=True),
        Rel("links", stores="link", multi=True, back="container", cascade=True),
        Rel("publications", stores="publication", multi=True, back="container", cascade=True),
    ),
    ContainerWrites(),
    frozenset({"POST", "PATCH", "DELETE"}),
    help="A flat namespace of an account. DELETE takes an empty one, with its history.",
)  # fmt: skip


def _url(row: Row, actor: Actor) -> JSONValue:
    return public_url(cast(str | None, row["key"]), actor)


OBJECT_RESOURCE: Final = Resource(
    "object",
    lambda actor: theirs(actor, list_objects(), "container__account"),
    Key(("container__account__account", "container__name", "name")),
    (
        Rel("container", stores="container", source="container", readonly=True),
        Scalar("name", TEXT, readonly=True),
        Scalar("uuid", UUID_TEXT, readonly=True, help="It stays when the object is moved."),
        Scalar("version", INTEGER, source="serial", readonly=True),
        Scalar("size", INTEGER, readonly=True, help="Bytes."),
        Scalar("type", TEXT, source="content_type", readonly=True),
        Scalar("modified", TIME, source="valid_from", readonly=True),
        Rel("modified_by", stores="user", source="modified_by", readonly=True),
        Scalar("expires", TIME, readonly=True),
        Scalar("meta", OBJECT, readonly=True, help="The owner's metadata."),
        Calc("public", BOOLEAN, getter=lambda row, _: row["key"] is not None, needs=("key",),
             setter=lambda public: {"public": public}, help="Whether anybody may read it."),
        Calc("public_url", TEXT, getter=_url, needs=("key",)),
    ),
    ObjectWrites(),
    frozenset({"PATCH"}),
    help="A current object. Only whether it is public can be changed here.",
)  # fmt: skip
