"""Who is calling: a token, or for one object a signature of ours."""

from accounts.tokens.credentials import Credentials
from pithos_api.services.access.credentials import credentials_of
from pithos_api.services.access.signed_urls import signer_of
from pithos_api.values import ObjectPath
from web.request_head import RequestHead

SIGNATURE = "signature"
METHODS = ("GET", "HEAD")


def is_signed(head: RequestHead) -> bool:
    """Return whether the URL is a signed one, rightly or not."""
    return bool(head.query) and SIGNATURE in head.query and head.method in METHODS


def object_credentials(head: RequestHead, path: ObjectPath) -> Credentials:
    """Return what the request shows for itself, or what its signed URL gives.

    Raises: as ``credentials_of`` and ``signer_of``.
    """
    if not is_signed(head):
        return credentials_of(head)
    query = {name: value for name, value in head.query.items() if name != SIGNATURE}
    return signer_of(head.query[SIGNATURE], head.method, path, query)
