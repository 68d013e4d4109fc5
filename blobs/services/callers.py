"""Who asks for blobs: their user, by a token that is named with the user."""

from accounts.tokens.credentials import Credentials
from blobs.errors import NamedTokenError
from blobs.values.blobs import CONTAINER
from pithos_api.services.access.credentials import credentials_of
from pithos_api.services.access.permissions import authorize_path
from pithos_api.values import Access, ContainerPath, ObjectPath, Right
from web.request_head import RequestHead
from web.token import named_token


def authenticate(
    head: RequestHead, user: str, namespace: str, blob: str = ""
) -> tuple[Credentials, Access]:
    """Return what the request shows for itself, and what that allows to do with a user's blobs.

    namespace: the one that is meant, "" is all. blob: "" is all in it. One statement.

    Raises: InvalidTokenError, NamedTokenError; NotAllowedError: the user is another.
    """
    credentials = credentials_of(head)
    prefix = f"{namespace}/" if namespace else ""
    path = ObjectPath(user, CONTAINER, prefix + blob) if blob else ContainerPath(user, CONTAINER)
    access = authorize_path(credentials, path, Right.OWN, below=prefix)
    name, token = named_token(head.fields)
    if token and name != access.account:
        raise NamedTokenError
    return credentials, access
