"""Whether a container keeps what is overwritten, as Swift's clients ask for it."""

from django.db.models.functions import Now

from pithos_api.models import Container
from pithos_api.values import VersionsChange
from web.errors import InvalidRequest


class VersionsConflictError(InvalidRequest):
    """A container is to keep versions, and to copy them to an archive."""

    def __init__(self) -> None:
        super().__init__(
            "a container has either X-Versions-Enabled or an archive, X-Versions-Location or"
            " X-History-Location"
        )


def change_versions(container: Container, change: VersionsChange) -> list[str]:
    """Set what a change asks for; return the columns that it sets. The row is not written.

    What is there when versions are suspended stays; what is written from then on replaces its like.

    Raises: VersionsConflictError: a container cannot have both versions and an archive.
    """
    columns = []
    if change.enabled is not None:
        columns += _set_enabled(container, enabled=change.enabled)
    if change.archive is not None:
        container.archive = change.archive or None
        container.archives_deletions = change.archives_deletions
        columns += ["archive", "archives_deletions"]
        if container.archive and container.versioning == "none":  # copies are made of history
            container.versions_asked, container.versioning = False, "auto"
            columns += ["versions_asked", "versioning"]
    keeps = container.versions_asked and container.versioning != "none"
    if columns and container.archive and keeps:
        raise VersionsConflictError
    return columns


def _set_enabled(container: Container, *, enabled: bool) -> list[str]:
    container.versions_asked = True
    if enabled:
        container.versioning, container.history_until = "auto", None
    elif container.versioning != "none":
        container.versioning, container.history_until = "none", Now()
    return ["versions_asked", "versioning", "history_until"]
