"""Whom images are shared with: the readers of their objects, and what these say to it."""

import re
from collections.abc import Sequence
from typing import Final

from django.db import transaction
from django.db.models import Exists, Func, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from accounts.tokens.credentials import Credentials
from images.errors import (
    ImageExistsError,
    ImageMemberNotFoundError,
    InvalidImageError,
    NotImageOwnerError,
    NotSharedImageError,
)
from images.models import Membership
from images.services.describing import share_change
from images.services.registering import note, of_image
from images.services.registry import (
    find_image,
    find_own,
    list_images,
    list_registered,
    viewer_of,
)
from images.values.images import DOMAIN, EVERYBODY, RegisteredImage, Visibility
from images.values.queries import ImageQuery, Order, Share
from pithos_api.services.objects.attributes import Attributed, change_attributes
from pithos_api.values import ObjectState
from web.names import lowered

PENDING: Final = "pending"
ACCEPTED: Final = "accepted"
REJECTED: Final = "rejected"
STATUSES: Final = (PENDING, ACCEPTED, REJECTED)

# What a list of readers can name, as the object API writes it.
_MEMBER: Final = re.compile(r"[^\s,;=*\x00-\x1f\x7f-\x9f]{1,256}")


def list_members(credentials: Credentials, image: str) -> list[Share]:
    """Return whom an image is shared with. Who is not its owner sees only themselves.

    Raises: InvalidTokenError, ImageNotFoundError.
    """
    found = find_image(credentials, image)
    rows = {row.member: row for row in Membership.objects.filter(image=found.id)}
    shares = [_share(found, member, rows.get(member)) for member in found.members]
    account = viewer_of(credentials).account
    own = account == found.owner or credentials.everywhere
    return shares if own else [share for share in shares if share.member == account]


def _share(image: RegisteredImage, member: str, row: Membership | None) -> Share:
    if row is None:
        return Share(member, ACCEPTED, image.updated, image.updated)
    return Share(member, row.status, row.created, row.updated)


def find_member(credentials: Credentials, image: str, member: str) -> Share:
    """Return what one member says.

    Raises: as ``list_members``; ImageMemberNotFoundError.
    """
    for share in list_members(credentials, image):
        if share.member == lowered(member):
            return share
    raise ImageMemberNotFoundError(member)


def add_member(
    credentials: Credentials, image: str, member: str, status: str = ACCEPTED, *, new: bool = False
) -> Share:
    """Share an image of the caller's own with an account. new: it must not be shared before.

    Raises: InvalidTokenError, ImageNotFoundError, NotImageOwnerError, InvalidImageError,
        LimitedTokenError; with ``new`` also ImageExistsError, NotSharedImageError.
    """
    name = _checked(member)
    known = find_own(credentials, image)
    if new and known.visibility is Visibility.PUBLIC:
        raise NotSharedImageError
    if new and name in known.members:
        raise ImageExistsError(f"the member {name}")
    with transaction.atomic():
        Membership.objects.get_or_create(image=known.id, member=name, defaults={"status": status})
        _change_readers(credentials, known, {name}, set())
    return find_member(credentials, known.id, name)


def replace_members(credentials: Credentials, image: str, members: Sequence[str]) -> None:
    """Share an image with these accounts and no others; who may see it else stays.

    Raises: as ``add_member``.
    """
    names = {_checked(member) for member in members}
    known = find_own(credentials, image)
    with transaction.atomic():
        Membership.objects.filter(image=known.id).exclude(member__in=names).delete()
        _change_readers(credentials, known, names, set(known.members) - names)


def remove_member(credentials: Credentials, image: str, member: str) -> None:
    """Share an image with an account no longer.

    Raises: as ``add_member``; ImageMemberNotFoundError.
    """
    known = find_own(credentials, image)
    name = lowered(member)
    if name not in known.members:
        raise ImageMemberNotFoundError(member)
    with transaction.atomic():
        Membership.objects.filter(image=known.id, member=name).delete()
        _change_readers(credentials, known, set(), {name})


def answer(credentials: Credentials, image: str, member: str, status: str) -> Share:
    """Say as a member whether an image is accepted.

    Raises: InvalidTokenError, ImageNotFoundError, ImageMemberNotFoundError, InvalidImageError;
        NotImageOwnerError: only members say so, each for themselves.
    """
    if status not in STATUSES:
        raise InvalidImageError("the status", f"is none of {', '.join(STATUSES)}")
    found = find_image(credentials, image)
    name = lowered(member)
    if viewer_of(credentials).account != name:
        raise NotImageOwnerError if name in found.members else ImageMemberNotFoundError(member)
    if name not in found.members:
        raise ImageMemberNotFoundError(member)
    with transaction.atomic():
        Membership.objects.update_or_create(
            image=found.id, member=name, defaults={"status": status, "updated": Now()}
        )
        note("image.answer", found.path, found.id, actor=name, status=status)
    return find_member(credentials, found.id, name)


def shared_by(credentials: Credentials, owner: str) -> list[RegisteredImage]:
    """Return an account's images that are shared with the caller by name, in order of time.

    Raises: InvalidTokenError; InvalidImageError: the owner can be no account.
    """
    query = ImageQuery(owner=_checked(owner), order=(Order("created_at", descending=False),))
    account = viewer_of(credentials).account
    found = list_images(credentials, query)
    return [image for image in found if EVERYBODY not in image.readers and image.owner != account]


def list_memberships(viewer: tuple[int, str] | None) -> QuerySet[Membership]:
    """Return who images were given to by name, so far as a user may see it.

    viewer: row id and account; they see the members of their images, and themselves. None sees all.
    """
    given = list_registered().filter(
        id=OuterRef("image"),
        readers__contains=Func(OuterRef("member"), template="ARRAY[%(expressions)s]"),
    )
    if viewer is None:
        return Membership.objects.filter(Exists(given))
    user, account = viewer
    shown = Q(Exists(given.filter(owner_id=user))) | (Q(member=account) & Q(Exists(given)))
    return Membership.objects.filter(shown)


def _change_readers(
    credentials: Credentials, image: RegisteredImage, new: set[str], gone: set[str]
) -> None:
    """Change who may read the image's object, within the caller's transaction."""

    def rule(state: ObjectState) -> Attributed:
        attributes = of_image(state, image.id)
        shared = state.sharing
        readers = (set(shared.readers if shared else ()) | new) - gone
        writers = set(shared.writers if shared else ()) - gone
        return Attributed(attributes, share_change(state, readers, writers))

    change_attributes(credentials, image.path, DOMAIN, rule)
    note("image.members", image.path, image.id, added=sorted(new), removed=sorted(gone))


def _checked(member: str) -> str:
    if not _MEMBER.fullmatch(member):
        raise InvalidImageError("the member", "is not the name of an account")
    return lowered(member)
