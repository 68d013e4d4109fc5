"""URLs that stand for a token: for a minute, for one method and one object.

Nothing is kept of them: what they give is signed with the key that the nodes of a store share.
Whose rights they give is judged when they are used, so they open nothing that was taken away since.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlencode

from django.core import signing

from accounts.tokens.credentials import NO_TOKEN, Credentials, Scope
from observability import request_context
from pithos_api.errors import InvalidSignatureError, NotAllowedError
from pithos_api.values import Access, ObjectPath

LIFETIME: Final = timedelta(minutes=1)


def sign(
    credentials: Credentials,
    access: Access,
    method: str,
    path: ObjectPath,
    query: Mapping[str, str],
) -> str:
    """Return a signature that gives the caller's rights to a request, as far as their token does.

    access: what the token was found to give there. query: all other parameters of the URL.
    """
    scope = None if credentials.scope is None else credentials.scope.as_json()
    return signing.dumps([access.account, scope], salt=_salt(method, path, query))


def signer_of(
    signature: str, method: str, path: ObjectPath, query: Mapping[str, str]
) -> Credentials:
    """Return what a signature gives to the very request that it was made for.

    Raises:
        InvalidSignatureError: it is not ours, for another request, or older than LIFETIME.
        NotAllowedError: the token that it was asked for with may not be used from here.
    """
    try:
        account, limits = signing.loads(
            signature, salt=_salt(method, path, query), max_age=LIFETIME
        )
    except signing.BadSignature as error:
        raise InvalidSignatureError from error
    scope = _scope(limits)
    if scope is not None and not scope.admits(request_context.client()):
        raise NotAllowedError
    return Credentials(NO_TOKEN, vouched=account, scope=scope)


def _scope(limits: dict[str, Any] | None) -> Scope | None:
    return None if limits is None else Scope.from_json(limits)


def _salt(method: str, path: ObjectPath, query: Mapping[str, str]) -> str:
    """Return what tells the request from all others: no part of it may hold a NUL."""
    parts = (method, path.account, path.container, path.name, urlencode(sorted(query.items())))
    return "\0".join(("pithos_api.signed_url", *parts))
