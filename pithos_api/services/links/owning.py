"""What owners do with links of their account, so far as their token lets them."""

from accounts.tokens.credentials import Credentials
from pithos_api.errors import ObjectNotFoundError
from pithos_api.models import Link, Version
from pithos_api.models.expressions import Infinity
from pithos_api.ordering import after
from pithos_api.services.access.permissions import authorize
from pithos_api.services.access.scopes import require_linker, require_writer
from pithos_api.services.containers.account import authorize_account
from pithos_api.services.links import keeping
from pithos_api.services.links.keeping import LinkNotFoundError, LinkPlace
from pithos_api.services.objects.reading import open_object
from pithos_api.values import Access, ContainerPath, ObjectPath, Right
from pithos_api.values.links import MAX_LINKS, LinkChange, LinkState
from web.errors import InvalidRequest

MAX_PAGE = 1000


class LinkLimitError(InvalidRequest):
    """limit: links that one account may have."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"an account may have at most {limit} links")


def link_object(credentials: Credentials, path: ObjectPath, limits: LinkChange) -> LinkState:
    """Make a link to an object that is there.

    Raises:
        InvalidTokenError, NotAllowedError, LimitedTokenError.
        ContainerNotFoundError, ObjectNotFoundError, LinkLimitError.
    """
    _require_maker(credentials)
    access = open_object(credentials, path, Right.OWN, content=False).access
    return _make(access, LinkPlace(access.container, path.name, is_folder=False), limits)


def link_folder(
    credentials: Credentials, path: ObjectPath | ContainerPath, limits: LinkChange
) -> LinkState:
    """Make a link to a folder in which there is something, or to a container.

    Its name may end with a slash, or not: ``a`` and ``a/`` are one folder.

    Raises: as ``link_object``.
    """
    _require_maker(credentials)
    access = authorize(credentials, path, Right.OWN)
    name = path.name if isinstance(path, ObjectPath) else ""
    if name and not name.endswith("/"):
        name += "/"
    if name and not _has_objects(access.container, name):
        raise ObjectNotFoundError(name)
    return _make(access, LinkPlace(access.container, name, is_folder=True), limits)


def list_own_links(
    credentials: Credentials, account: str, *, limit: int, marker: str = "", place: str = ""
) -> list[LinkState]:
    """Return links of the account, the newest first: also those that are over.

    limit: at most so many, and no more than MAX_PAGE. marker: the key of a link; the older ones
    are returned. place: only those to this ``container/name``.

    Raises: InvalidTokenError, NotAllowedError; LinkNotFoundError: of the marker.
    """
    authorize_account(credentials, account, Right.OWN)
    links = keeping.links_of(account)
    if place:
        container, _, name = place.partition("/")
        links = links.filter(container__name=container, name=name)
    if marker:
        last = Link.objects.filter(key=marker).values_list("pk", flat=True).first()
        if last is None:
            raise LinkNotFoundError
        links = links.filter(pk__lt=last)
    return [keeping.state_of(link) for link in links[: min(limit, MAX_PAGE)]]


def change_own_link(
    credentials: Credentials, account: str, key: str, change: LinkChange
) -> LinkState:
    """Change the limits of a link.

    Raises: InvalidTokenError, NotAllowedError, LimitedTokenError, LinkNotFoundError.
    """
    _require_maker(credentials)
    access = authorize_account(credentials, account, Right.OWN)
    return keeping.change_link(key, account, change, access.account)


def revoke_own_link(credentials: Credentials, account: str, key: str) -> None:
    """End a link for good. Raises: as ``change_own_link``."""
    _require_maker(credentials)
    access = authorize_account(credentials, account, Right.OWN)
    keeping.revoke_link(key, account, access.account)


def _require_maker(credentials: Credentials) -> None:
    require_writer(credentials)
    require_linker(credentials)


def _make(access: Access, place: LinkPlace, limits: LinkChange) -> LinkState:
    if Link.objects.filter(container__account=access.owner).count() >= MAX_LINKS:
        raise LinkLimitError(MAX_LINKS)
    return keeping.keep_link(place, limits, access.account)


def _has_objects(container: int, prefix: str) -> bool:
    below = Version.objects.filter(container=container, valid_to=Infinity())
    return below.filter(name__gte=prefix, name__lt=after(prefix)).exists()
