"""Who else may read and write: grants, groups, publication (contract §1)."""

import string
from collections.abc import Iterable, Mapping, Sequence
from secrets import choice

from django.db.models import Q
from django.db.models.functions import Now

from audit.services import record
from pithos_api.errors import GrantConflictError
from pithos_api.models import Container, Grant, Publication, UsageDelta
from pithos_api.values import Access, ObjectPath, ShareChange, Sharing

# 22 characters of 62 are 131 random bits: nobody finds one by trying.
_KEY_LENGTH = 22
_KEY_CHARACTERS = string.ascii_letters + string.digits


def change_sharing(access: Access, path: ObjectPath, change: ShareChange) -> None:
    """Apply ``change`` to the object at ``path``, within the caller's transaction.

    Raises: GrantConflictError: another grant lies above or below the path.
    """
    if change.readers is not None and change.writers is not None:
        _change_grant(access, path, Sharing(path.name, change.readers, change.writers))
    if change.public is not None:
        _change_publication(access, path, public=change.public)
    # Listings show both, so cached ones must not stay (pitfall 59).
    UsageDelta.objects.create(
        container_id=access.container, objects_added=0, bytes_added=0, at=Now()
    )


def _change_grant(access: Access, path: ObjectPath, wanted: Sharing) -> None:
    # Two grants made at once on nested paths must see each other: the container's row orders them.
    container = Container.objects.select_for_update().get(id=access.container)
    own = Grant.objects.filter(container=container, path=path.name)
    if not wanted.readers and not wanted.writers:
        if own.delete()[0]:
            _record("object.unshare", access, path)
        return
    if _is_inherited(container, path, wanted):
        return
    conflicts = _conflicts(container, path)
    if conflicts:
        raise GrantConflictError([f"{path.account}/{path.container}/{name}" for name in conflicts])
    Grant.objects.update_or_create(
        container=container,
        path=path.name,
        defaults={"readers": list(wanted.readers), "writers": list(wanted.writers)},
    )
    Container.objects.filter(id=container.id, has_grants=False).update(has_grants=True)
    _record("object.share", access, path, readers=wanted.readers, writers=wanted.writers)


def _is_inherited(container: Container, path: ObjectPath, wanted: Sharing) -> bool:
    """Return whether ``path`` is shared like this already, through a path above it."""
    above = Grant.objects.filter(container=container, path__in=path.covers[1:]).first()
    if above is None:
        return False
    return (sorted(above.readers), sorted(above.writers)) == (
        sorted(wanted.readers),
        sorted(wanted.writers),
    )


def _conflicts(container: Container, path: ObjectPath) -> list[str]:
    """Return the paths above or below ``path`` that have a grant, in order."""
    below = Q(path__gt=f"{path.name}/", path__lt=f"{path.name}0")  # 0 follows / in ASCII
    nested = Q(path__in=path.covers[1:]) | below | Q(path=f"{path.name}/")
    found = Grant.objects.filter(nested, container=container).order_by("path")
    return list(found.values_list("path", flat=True))


def _change_publication(access: Access, path: ObjectPath, *, public: bool) -> None:
    """Publish under a new key, keep the key of a published object, or end the publication."""
    if not public:
        known = Publication.objects.filter(container_id=access.container, name=path.name)
        if known.delete()[0]:
            _record("object.unpublish", access, path)
        return
    key = "".join(choice(_KEY_CHARACTERS) for _ in range(_KEY_LENGTH))
    _, created = Publication.objects.get_or_create(
        container_id=access.container, name=path.name, defaults={"key": key}
    )
    Container.objects.filter(id=access.container, has_publications=False).update(
        has_publications=True
    )
    if created:
        _record("object.publish", access, path)


def _record(action: str, access: Access, path: ObjectPath, **details: Sequence[str]) -> None:
    target = f"{path.container}/{path.name}"
    record(action, actor=access.account, account=path.account, target=target, details=details)


def governing(grants: Mapping[str, Sharing], path: ObjectPath) -> Sharing | None:
    """Return the one of ``grants``, by path, that covers ``path``."""
    return next((grants[name] for name in path.covers if name in grants), None)


def grants_over(container: int, paths: Iterable[ObjectPath]) -> dict[str, Sharing]:
    """Return the grants that govern any of ``paths``, by path, in one query."""
    names = {name for path in paths for name in path.covers}
    rows = Grant.objects.filter(container_id=container, path__in=names)
    return {
        path: Sharing(path, tuple(readers), tuple(writers))
        for path, readers, writers in rows.values_list("path", "readers", "writers")
    }
