"""Storing symlinks. What they name need not be there, unless they say how it must be."""

from dataclasses import replace

from accounts.tokens.credentials import Credentials
from pithos_api.errors import ContainerNotFoundError, ObjectNotFoundError
from pithos_api.services.access.scopes import require_symlink
from pithos_api.services.objects.symlinks.following import target_of
from pithos_api.services.objects.writing import begin_write, store_object
from pithos_api.values import ObjectPath, Published, Symlink
from pithos_api.values.requests import Upload
from web.bodies.body import NOTHING
from web.errors import Conflict


class NoTargetError(Conflict):
    """A static symlink names what is not there."""

    def __init__(self) -> None:
        super().__init__("X-Symlink-Target does not exist")


def store_symlink(credentials: Credentials, path: ObjectPath, upload: Upload) -> Published:
    """Make ``path`` the symlink that the upload describes, in place of what is there.

    A static one is kept with the size of what it names, which the caller must be able to read.

    Raises: NoTargetError; NotAllowedError: also if the caller's token does not reach what it names;
        as ``target_of`` and ``store_object``.
    """
    symlink = upload.details.symlink
    require_symlink(credentials, path.account, symlink)
    if symlink is not None and symlink.etag is not None:
        begin_write(credentials, path, upload.conditions, upload.share)
        measured = _measured(credentials, path, symlink)
        upload = replace(upload, details=replace(upload.details, symlink=measured))
    return store_object(credentials, path, upload, NOTHING)


def _measured(credentials: Credentials, path: ObjectPath, symlink: Symlink) -> Symlink:
    try:
        target = target_of(credentials, path.account, symlink, content=False)
    except (ContainerNotFoundError, ObjectNotFoundError) as error:
        raise NoTargetError from error
    whole = target.version.details.segmented
    return replace(symlink, size=target.size if whole is None else whole.size)
