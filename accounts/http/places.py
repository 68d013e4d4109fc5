"""Where accounts are, as their clients are told."""

from urllib.parse import quote

from django.http import HttpRequest

from web.views import base_url


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
