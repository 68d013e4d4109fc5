"""What is asked of accounts and containers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from pithos_api.values import (
    AccountLists,
    MemberChange,
    MetaChange,
    ObjectPage,
    Page,
    PolicyChange,
    VersionsChange,
)
from web.conditions import ReadConditions
from web.negotiation import Format

_AS_IT_IS = VersionsChange()


@dataclass(frozen=True, slots=True)
class GroupChange:
    """New groups, name to members. A group without members is removed.

    replace: groups that are not named are removed, too.
    """

    groups: Mapping[str, Sequence[str]]
    replace: bool


@dataclass(frozen=True, slots=True)
class AccountChange:
    """What a request changes of an account. lists, quota: None leaves them.

    quota: bytes, "" for the site's; only who acts for the operator sets it.
    """

    meta: MetaChange
    groups: GroupChange
    lists: AccountLists | None = None
    quota: int | Literal[""] | None = None


@dataclass(frozen=True, slots=True)
class ContainerChange:
    """What a request makes of a container, new or not.

    notes_time: the container tells when that was, even if nothing is changed.
    versions: of Swift's clients. quota, most_objects: bytes, and how many; None leaves it.
    """

    meta: MetaChange
    policy: PolicyChange
    members: MemberChange = MemberChange()
    notes_time: bool = False
    versions: VersionsChange = _AS_IT_IS
    quota: int | None = None
    most_objects: int | None = None


@dataclass(frozen=True, slots=True)
class ListContainers:
    """A page of an account's containers, or of accounts, and its form.

    delimiter: names that have it behind the prefix collapse; "" is none.
    """

    page: Page
    form: Format
    conditions: ReadConditions | None = None
    delimiter: str = ""


@dataclass(frozen=True, slots=True)
class ListObjects:
    """A page of a container's objects, and its form."""

    page: ObjectPage
    form: Format
    conditions: ReadConditions | None = None
