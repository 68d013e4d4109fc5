"""Finding and listing images: of the registry's one table, as far as the caller may see it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan
from django.db.models.functions import Now

from accounts.tokens.credentials import Credentials
from images.errors import ImageNotFoundError, InvalidImageError, NotImageOwnerError
from images.models import GoneImage, Image, Membership
from images.services.settling import settled_until
from images.values.images import EVERYBODY, DeletedImage, RegisteredImage, Status, Visibility
from images.values.queries import SORT_KEYS, Comparison, ImageQuery, Order, full_order
from pithos_api.services.access.names import identities
from pithos_api.services.access.permissions import find_caller
from pithos_api.values import ObjectPath

_FIELDS: Final = (
    *("id", "account", "container_name", "object", "name", "status", "disk_format"),
    *("container_format", "size", "etag", "merkle", "sha512", "created", "updated", "protected"),
    *("hidden", "min_disk", "min_ram", "tags", "properties", "server", "made"),
    "readers",
)
_ACCEPTED: Final = "accepted"


@dataclass(frozen=True, slots=True)
class ImageViewer:
    """Who looks for images. actor: row id. called: every name that a grant can mean them by."""

    credentials: Credentials
    actor: int
    account: str
    called: tuple[str, ...]

    @property
    def named(self) -> list[str]:
        """The names that mean them and not everybody."""
        return [name for name in self.called if name != EVERYBODY]


def viewer_of(credentials: Credentials) -> ImageViewer:
    """Return who looks for images, in two statements.

    Raises: InvalidTokenError.
    """
    access = find_caller(credentials)
    return ImageViewer(credentials, access.actor, access.account, tuple(identities(access)))


def find_image(credentials: Credentials, image: str) -> RegisteredImage:
    """Return an image that the caller may see. Three statements.

    Raises: InvalidTokenError, ImageNotFoundError.
    """
    return find_for(viewer_of(credentials), image)


def find_for(viewer: ImageViewer, image: str) -> RegisteredImage:
    """Return an image that the viewer may see. Raises: ImageNotFoundError."""
    found = _rows(_seen_by(viewer).filter(id=image_id(image)))
    if not found:
        raise ImageNotFoundError(image)
    return found[0]


def find_own(credentials: Credentials, image: str) -> RegisteredImage:
    """Return an image of the caller's own.

    Raises: InvalidTokenError, ImageNotFoundError; NotImageOwnerError: they may see it, no more.
    """
    viewer = viewer_of(credentials)
    found = find_for(viewer, image)
    if viewer.account != found.owner and not credentials.everywhere:
        raise NotImageOwnerError
    return found


def image_id(text: str) -> UUID:
    """Return what a client writes for an id. Raises: ImageNotFoundError: it can be no image's."""
    try:
        return UUID(text)
    except ValueError as error:
        raise ImageNotFoundError(text) from error


def list_images(credentials: Credentials, query: ImageQuery) -> list[RegisteredImage]:
    """Return a page of the images that the caller may see. At most four statements.

    Raises: InvalidTokenError; InvalidImageError: the marker is no image.
    """
    viewer = viewer_of(credentials)
    order = full_order(query)
    seen = _seen_by(viewer, every=query.owner is not None)
    rows = seen.filter(_listed(viewer, query), _wanted(query))
    if query.after is not None:
        columns = [SORT_KEYS[each.key] for each in order]
        rows = rows.filter(_after(order, dict(zip(columns, query.after, strict=True))))
    elif query.marker:
        rows = rows.filter(_behind(viewer, order, query.marker))
    keys = [f"{'-' if each.descending else ''}{SORT_KEYS[each.key]}" for each in order]
    return _rows(rows.order_by(*keys)[: query.limit])


def list_changes(
    credentials: Credentials, query: ImageQuery
) -> tuple[list[RegisteredImage], list[DeletedImage]]:
    """Return the images that have changed since ``query.since``, and those that are gone.

    It misses nothing: a change that is not listed has a time after the beginning of this call,
    so the next call lists it.

    Raises: as ``list_images``.
    """
    until = settled_until()
    found = list_images(credentials, replace(query, until=until))
    viewer = viewer_of(credentials)
    if query.since is None or viewer.credentials.is_confined:
        return found, []
    seen = Q(owner_id=viewer.actor) | Q(readers__overlap=list(viewer.called))
    gone = GoneImage.objects.filter(seen, updated__gte=query.since, updated__lte=until)
    rows = gone.order_by("updated").values_list("id", "name", "created", "updated", named=True)
    return found, [DeletedImage(str(r.id), r.name, r.created, r.updated) for r in rows]


def list_registered() -> QuerySet[Image]:
    """Return all images that have not expired, for callers who know who may see them."""
    return Image.objects.filter(Q(expires=None) | Q(expires__gt=Now()))


def _seen_by(viewer: ImageViewer, *, every: bool = True) -> QuerySet[Image]:
    """Return the images that the viewer may see when they name one.

    every: whether who acts in all accounts sees all of them, which no list of their own has.
    """
    images = list_registered()
    own = Q(owner_id=viewer.actor)
    scope = viewer.credentials.scope
    if scope is not None and scope.container:
        within = Q(container_name=scope.container, object__startswith=scope.prefix)
        return images.filter(own & within)
    if viewer.credentials.everywhere and every:
        return images
    given = Q(visibility=Visibility.PUBLIC) | Q(readers__overlap=viewer.named)
    served = Q() if settings.PITHOS_SERVE_SUSPENDED else Q(suspended=False)
    return images.filter(own | (served & given))


def _listed(viewer: ImageViewer, query: ImageQuery) -> Q:
    """Return what of these is listed: of what is shared, what the viewer has accepted."""
    own, public = Q(owner_id=viewer.actor), Q(visibility=Visibility.PUBLIC)
    mine = own | public
    answers = Membership.objects.filter(image=OuterRef("id"), member=viewer.account)
    status = query.member_status or _ACCEPTED
    if status == _ACCEPTED:
        listed = mine | ~Q(Exists(answers.exclude(status=_ACCEPTED)))
    elif status == "all":
        listed = Q()
    else:
        listed = mine | Q(Exists(answers.filter(status=status)))
    if query.visibility is None:
        return listed
    wanted = Q(visibility=query.visibility)
    if query.visibility is Visibility.SHARED and query.member_status:
        return wanted & listed & ~own
    if query.visibility is Visibility.PRIVATE:
        return wanted & own
    return wanted & listed


def _wanted(query: ImageQuery) -> Q:
    """Return the conditions that the caller has set."""
    wanted = Q()
    for name, values in query.equal.items():
        wanted &= Q(**{f"{name}__in": values})
    for each in query.comparisons:
        wanted &= _compared(each)
    simple = {
        "size__gte": query.size_min,
        "size__lte": query.size_max,
        "updated__gte": query.since,
        "updated__lte": query.until,
        "account": query.owner,
        "hidden": query.hidden,
        "protected": query.protected,
        "tags__contains": list(query.tags) or None,
        "properties__contains": dict(query.properties) or None,
    }
    return wanted & Q(**{name: value for name, value in simple.items() if value is not None})


def _compared(comparison: Comparison) -> Q:
    """Return a condition on a time; clients know times in whole seconds."""
    column = comparison.column
    if comparison.operator in {"eq", "neq"}:
        second = comparison.value.replace(microsecond=0)
        within = Q(**{f"{column}__gte": second, f"{column}__lt": second + timedelta(seconds=1)})
        return within if comparison.operator == "eq" else ~within
    return Q(**{f"{column}__{comparison.operator}": comparison.value})


def _behind(viewer: ImageViewer, order: tuple[Order, ...], marker: str) -> Q:
    """Return the condition for images after the marker."""
    columns = [SORT_KEYS[each.key] for each in order]
    try:
        found = _seen_by(viewer).filter(id=image_id(marker)).values(*columns).first()
    except ImageNotFoundError:
        found = None
    if found is None:
        raise InvalidImageError("the marker", "is not the id of an image")
    return _after(order, found)


def _after(order: tuple[Order, ...], values: Mapping[str, Any]) -> Q:
    """Return the condition for what comes after ``values``: one range of an index, if it can be."""
    columns = [SORT_KEYS[each.key] for each in order]
    if len({each.descending for each in order}) == 1:
        beyond = TupleLessThan if order[0].descending else TupleGreaterThan
        return Q(beyond(Tuple(*map(F, columns)), tuple(values[column] for column in columns)))
    behind, tied = Q(), Q()
    for each, column in zip(order, columns, strict=True):
        further = f"{column}__{'lt' if each.descending else 'gt'}"
        behind |= tied & Q(**{further: values[column]})
        tied &= Q(**{column: values[column]})
    return behind


def _rows(images: QuerySet[Image]) -> list[RegisteredImage]:
    return [_image(*row) for row in images.values_list(*_FIELDS)]


def _image(image: UUID, owner: str, container: str, name: str, *rest: Any) -> RegisteredImage:
    values = dict(zip(_FIELDS[4:], rest, strict=True))
    etag = values.pop("etag")
    return RegisteredImage(
        id=str(image),
        path=ObjectPath(owner, container, name),
        etag=None if etag is None else bytes(etag),
        merkle=bytes(values.pop("merkle")),
        status=Status(values.pop("status")),
        tags=tuple(values.pop("tags")),
        readers=tuple(values.pop("readers")),
        **values,
    )
