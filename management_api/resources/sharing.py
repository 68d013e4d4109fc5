"""Groups of users, shares of objects, and public objects."""

import re
from collections.abc import Sequence
from typing import Final

from django.conf import settings

from accounts.models import User
from management_api.engine.actors import Actor
from management_api.engine.errors import InvalidObjectError
from management_api.engine.fields import Calc, Ref, Rel, Scalar, Values
from management_api.engine.kinds import TEXT, TEXTS, TIME
from management_api.engine.resource import Key, Made, NoWrites, Put, Resource
from management_api.resources.containers import object_at, public_url
from management_api.resources.rights import credentials_in, theirs
from pithos_api.services.access.exposure import end_grant, end_publication
from pithos_api.services.containers.account import update_account
from pithos_api.services.objects.updating import update_metadata
from pithos_api.services.operations.records import list_grants, list_groups, list_publications
from pithos_api.values import (
    MAX_LIST,
    Conditions,
    MetaChange,
    ObjectPath,
    ShareChange,
    settled_lists,
    size_of_list,
)
from pithos_api.values.requests import AccountChange, GroupChange, MetadataUpdate
from web.names import lowered

_MEMBER: Final = re.compile(r"[^\s,;=\x00-\x1f\x7f-\x9f]{1,256}")
_GROUP: Final = re.compile(r"[^\s\-_,:;=/\x00-\x1f\x7f-\x9f]{1,256}")


def _missing_user(_: Actor, accounts: list[str]) -> str | None:
    """Return the first account that there is not."""
    found = set(User.objects.filter(account__in=accounts).values_list("account", flat=True))
    return next((each for each in accounts if each not in found), None)


class GroupWrites(NoWrites):
    """Groups by the service of accounts. A group without members is none."""

    def create(self, actor: Actor, values: Values, key: str | None) -> Made:
        """Make a group. Raises: InvalidObjectError; as ``update_account``."""
        owner, name = values.get("owner"), lowered(str(values["name"]))
        account = str(owner.id) if isinstance(owner, Ref) else actor.account
        if not _GROUP.fullmatch(name):
            raise InvalidObjectError("names a group as none may be called")
        if list_groups().filter(owner__account=account, name=name).exists():
            raise InvalidObjectError(f"names a group that is there already: {account}:{name}")
        _change_group(actor, account, name, _members(values))
        return Made(f"{account}:{name}")

    def change(self, actor: Actor, target: Ref, values: Values) -> None:
        """Give a group other members. Raises: InvalidObjectError; as ``update_account``."""
        account, _, name = str(target.id).partition(":")
        _change_group(actor, account, name, _members(values))

    def delete(self, actor: Actor, target: Ref) -> None:
        """Remove a group."""
        account, _, name = str(target.id).partition(":")
        _change_group(actor, account, name, ())


def _members(values: Values) -> Sequence[str]:
    """Return the members that are named. Raises: InvalidObjectError: none, or too many."""
    members = values.get("members")
    if not isinstance(members, list) or not members:
        raise InvalidObjectError("must name a member of the group; DELETE removes one")
    if len(members) > settings.PITHOS_MAX_GROUP_MEMBERS:
        most = settings.PITHOS_MAX_GROUP_MEMBERS
        raise InvalidObjectError(f"names more than {most} members of a group")
    return members


def _change_group(actor: Actor, account: str, name: str, members: Sequence[str]) -> None:
    change = GroupChange({name: tuple(members)}, replace=False)
    wanted = AccountChange(MetaChange({}, replace=False), change)
    update_account(credentials_in(actor, account), account, wanted)


class ShareWrites(NoWrites):
    """Shares by the services of objects."""

    def create(self, actor: Actor, values: Values, key: str | None) -> Made:
        """Share an object. Raises: InvalidObjectError; as ``update_metadata``."""
        path = _place(values)
        if list_grants().filter(container=_pk(values), path=path.name).exists():
            raise InvalidObjectError(f"names what is shared already: {path}")
        _share(actor, path, values.get("readers"), values.get("writers"))
        return Made(str(path))

    def change(self, actor: Actor, target: Ref, values: Values) -> None:
        """Share with others. Raises: InvalidObjectError; as ``update_metadata``."""
        row = list_grants().get(pk=target.pk)
        both = {"readers": row.readers, "writers": row.writers, **values}
        _share(actor, object_at(target.id), both["readers"], both["writers"])

    def delete(self, actor: Actor, target: Ref) -> None:
        """Share with nobody."""
        end_grant(list_grants().select_related("container__account").get(pk=target.pk))


def _pk(values: Values) -> int | None:
    container = values["container"]
    return int(container.pk) if isinstance(container, Ref) else None


def _place(values: Values) -> ObjectPath:
    container = values["container"]
    if not isinstance(container, Ref):
        raise InvalidObjectError("must say in which container")
    return object_at(f"{container.id}/{values['object']}")


def _share(actor: Actor, path: ObjectPath, readers: object, writers: object) -> None:
    """Share with these and nobody else. Raises: InvalidObjectError; as ``update_metadata``."""
    lists = settled_lists(_names(readers), _names(writers))
    if not any(lists):
        raise InvalidObjectError("shares with nobody; DELETE ends a share")
    if sum(map(size_of_list, lists)) > MAX_LIST:
        raise InvalidObjectError(f"shares with more than fits into {MAX_LIST} bytes")
    update = MetadataUpdate(None, Conditions(), ShareChange(*lists))
    update_metadata(credentials_in(actor, path.account), path, update)


def _names(listed: object) -> set[str]:
    names = {lowered(str(each)) for each in listed} if isinstance(listed, list) else set()
    wrong = next((each for each in names if not _MEMBER.fullmatch(each)), None)
    if wrong is not None:
        raise InvalidObjectError(f"shares with {wrong!r}, which is not the name of an account")
    return names


class PublicationWrites(NoWrites):
    """Public objects by the services of objects."""

    def create(self, actor: Actor, values: Values, key: str | None) -> Made:
        """Publish an object. Raises: InvalidObjectError; as ``update_metadata``."""
        path = _place(values)
        known = list_publications().filter(container=_pk(values), name=path.name)
        if known.exists():
            raise InvalidObjectError(f"names what is public already: {path}")
        update = MetadataUpdate(None, Conditions(), ShareChange(public=True))
        update_metadata(credentials_in(actor, path.account), path, update)
        return Made(known.get().key)

    def delete(self, actor: Actor, target: Ref) -> None:
        """End a publication for good; published again, the object has another URL."""
        end_publication(list_publications().select_related("container__account").get(pk=target.pk))


GROUP: Final = Resource(
    "group",
    lambda actor: theirs(actor, list_groups(), "owner"),
    Key(("owner__account", "name"), ":", fields=("owner", "name")),
    (
        Rel("owner", stores="user", source="owner", at_creation=True,
            help="Whose it is; without it, who asks."),
        Scalar("name", TEXT, required=True, at_creation=True, help="In lower case."),
        Rel("members", stores="user", source="members", multi=True, required=True,
            missing=_missing_user),
    ),
    GroupWrites(),
    frozenset({"POST", "PUT", "PATCH", "DELETE"}),
    Put.REPLACE,
    pk="",
    help="Accounts that one name stands for in shares, as account:group.",
)  # fmt: skip

SHARE: Final = Resource(
    "share",
    lambda actor: theirs(actor, list_grants(), "container__account"),
    Key(("container__account__account", "container__name", "path")),
    (
        Rel("container", stores="container", source="container", required=True, at_creation=True),
        Scalar("object", TEXT, source="path", required=True, at_creation=True,
               help="The object's name; what is below it is shared with it."),
        Scalar("readers", TEXTS, help="Accounts, account:group, or * for everybody."),
        Scalar("writers", TEXTS, help="The same; who may write may read."),
    ),
    ShareWrites(),
    frozenset({"POST", "PATCH", "DELETE"}),
    help="Who else may read or write an object.",
)  # fmt: skip

PUBLICATION: Final = Resource(
    "publication",
    lambda actor: theirs(actor, list_publications(), "container__account"),
    Key(("key",)),
    (
        Rel("container", stores="container", source="container", required=True, at_creation=True),
        Scalar("object", TEXT, source="name", required=True, at_creation=True,
               help="The object's name."),
        Scalar("since", TIME, readonly=True),
        Calc("url", TEXT, getter=lambda row, actor: public_url(str(row["key"]), actor),
             needs=("key",), help="Where anybody reads it."),
    ),
    PublicationWrites(),
    frozenset({"POST", "DELETE"}),
    help="An object that anybody may read.",
)  # fmt: skip
