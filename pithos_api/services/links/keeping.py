"""Links of all users: kept, listed, changed and ended, whoever asks for it."""

import string
from collections.abc import Iterator
from dataclasses import dataclass
from secrets import choice
from typing import Any, Final

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import QuerySet

from audit.services import Detail, record
from pithos_api.models import Link
from pithos_api.values.links import KEEP, LinkChange, LinkState
from web.errors import NotFound

# 22 characters of 62 are 131 random bits: nobody finds one by trying.
_KEY_LENGTH: Final = 22
_KEY_CHARACTERS: Final = string.ascii_letters + string.digits


class LinkNotFoundError(NotFound):
    """No link has this key; or it is over, and who asks is told nothing more."""

    def __init__(self) -> None:
        super().__init__("there is no such link")


@dataclass(frozen=True, slots=True)
class LinkPlace:
    """What a link leads to. container: row id; name, is_folder: as of ``LinkState``."""

    container: int
    name: str
    is_folder: bool


def list_links(account: str = "") -> Iterator[LinkState]:
    """Yield the links of all users, or of one account, the newest first: operators see them."""
    for link in links_of(account).iterator():
        yield state_of(link)


def revoke_link(key: str, account: str = "", actor: str = "") -> None:
    """End a link for good. account: whose it must be; "" is anybody's. actor: as of ``record``.

    Raises: LinkNotFoundError.
    """
    with transaction.atomic():
        link = _locked(key, account)
        _record("link.revoke", link, actor, {})
        link.delete()


def keep_link(place: LinkPlace, change: LinkChange, actor: str) -> LinkState:
    """Make a link with a new key. actor: who does it.

    Its password is hashed before the transaction, because that takes long on purpose.
    """
    columns = _columns(change)
    key = "".join(choice(_KEY_CHARACTERS) for _ in range(_KEY_LENGTH))
    with transaction.atomic():
        made = Link.objects.create(
            key=key,
            container_id=place.container,
            name=place.name,
            is_folder=place.is_folder,
            **columns,
        )
        link = links_of().get(pk=made.pk)
        _record("link.create", link, actor, _told(change))
    return state_of(link)


def change_link(key: str, account: str, change: LinkChange, actor: str) -> LinkState:
    """Change the limits of an account's link. Whoever has given its old password must do it anew.

    Raises: LinkNotFoundError.
    """
    columns = _columns(change)
    with transaction.atomic():
        link = _locked(key, account)
        if columns:
            Link.objects.filter(pk=link.pk).update(**columns)
            _record("link.change", link, actor, _told(change))
        return state_of(links_of().get(pk=link.pk))


def links_of(account: str = "") -> QuerySet[Link]:
    """Return the links of an account, "" is all, the newest first."""
    links = Link.objects.select_related("container__account").order_by("-pk")
    return links.filter(container__account__account=account) if account else links


def state_of(link: Link) -> LinkState:
    """Return a link as it is told; its container and owner come with it."""
    owner = link.container.account
    return LinkState(
        key=link.key,
        account=owner.account,
        container=link.container.name,
        name=link.name,
        is_folder=link.is_folder,
        created=link.created,
        expires=link.expires,
        has_password=bool(link.password),
        downloads=link.downloads_left,
        used=link.used,
        last_used=link.last_used,
        suspended=not owner.is_active,
    )


def _locked(key: str, account: str) -> Link:
    link = links_of(account).filter(key=key).select_for_update(of=("self",)).first()
    if link is None:
        raise LinkNotFoundError
    return link


def _columns(change: LinkChange) -> dict[str, Any]:
    """Return the columns that a change sets."""
    password = change.password
    if isinstance(password, str):
        password = make_password(password)
    wanted = {
        "password": "" if password is None else password,
        "expires": change.expires,
        "downloads_left": change.downloads,
    }
    return {name: value for name, value in wanted.items() if value is not KEEP}


def _told(change: LinkChange) -> dict[str, Detail]:
    """Return what the audit log keeps of a change: of a password that there is one."""
    told: dict[str, Detail] = {}
    if change.password is not KEEP:
        told["password"] = change.password is not None
    if change.expires is not KEEP:
        told["expires"] = None if change.expires is None else change.expires.isoformat()
    if change.downloads is not KEEP:
        told["downloads"] = change.downloads
    return told


def _record(action: str, link: Link, actor: str, details: dict[str, Detail]) -> None:
    """Write the event; the key is a secret, so the link is told by its number."""
    target = f"{link.container.name}/{link.name}"
    account = link.container.account.account
    told: dict[str, Detail] = {"link": link.pk, **details}
    record(action, account=account, actor=actor, target=target, details=told)
