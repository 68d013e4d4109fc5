"""Where the store is, as its clients are told."""

from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest


def base_url(request: HttpRequest) -> str:
    """Return PITHOS_BASE_URL, or else how the client reached us, without a slash at the end.

    Raises: DisallowedHost: the Host header is none of PITHOS_ALLOWED_HOSTS; never repeat it.
    """
    return settings.PITHOS_BASE_URL or f"{request.scheme}://{request.get_host()}"


def account_url(request: HttpRequest, account: str) -> str:
    """Return where an account is for clients of Pithos.

    Raises: DisallowedHost.
    """
    return f"{base_url(request)}/v1/{quote(account)}"


def storage_url(request: HttpRequest, account: str) -> str:
    """Return where an account is for clients of Swift.

    Raises: DisallowedHost.
    """
    return f"{base_url(request)}/v1/AUTH_{quote(account)}"
