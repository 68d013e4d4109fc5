"""From the names in PITHOS_IDENTITY to the backends in their order."""

from typing import Final

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from accounts.identity.base import TokenBackend
from accounts.identity.external import External
from accounts.identity.local import DatabaseTokens, StaticTokens
from accounts.identity.source import CredentialsSource

_BACKENDS: Final = {
    "astakos": "accounts.identity.astakos.Astakos",
    "keystone": "accounts.identity.keystone.Keystone",
    "introspection": "accounts.identity.introspection.Introspection",
    "jwt": "accounts.identity.jwks.SignedTokens",
    "header": "accounts.identity.header.TrustedHeader",
    "keystone-header": "accounts.identity.header.KeystoneHeaders",
}

# What a backend cannot do without.
_NEEDS: Final = {
    "astakos": ("PITHOS_ASTAKOS_URL",),
    "keystone": ("PITHOS_KEYSTONE_URL", "PITHOS_KEYSTONE_USER", "PITHOS_KEYSTONE_PASSWORD"),
    "introspection": ("PITHOS_INTROSPECTION_URL", "PITHOS_INTROSPECTION_CLIENT"),
    "jwt": ("PITHOS_JWKS_URL", "PITHOS_OIDC_ISSUER", "PITHOS_OIDC_AUDIENCE"),
    "header": ("PITHOS_HEADER_USER", "PITHOS_TRUSTED_PROXIES"),
    "keystone-header": ("PITHOS_TRUSTED_PROXIES",),
}


def sources() -> list[CredentialsSource]:
    """Return what the settings name, in their order.

    Raises: ImproperlyConfigured: an unknown name, one that lacks a setting, or a provider that
        would be sent tokens of the database.
    """
    found: list[CredentialsSource] = []
    for name in settings.PITHOS_IDENTITY:
        if name == "static":
            found.extend([StaticTokens()] if settings.PITHOS_STATIC_TOKENS else [])
        elif name == "database":
            if any(isinstance(each, External) and each.is_remote for each in found):
                raise ImproperlyConfigured(
                    "PITHOS_IDENTITY: database comes before all that ask a provider,"
                    " which would be sent its tokens"
                )
            found.append(DatabaseTokens())
        else:
            found.append(External(_backend(name)))
    return found


def _backend(name: str) -> TokenBackend:
    missing = [each for each in _NEEDS.get(name, ()) if not getattr(settings, each)]
    if missing:
        raise ImproperlyConfigured(f"PITHOS_IDENTITY: {name} needs {', '.join(missing)}")
    path = _BACKENDS.get(name, name)
    if "." not in path:
        known = ", ".join(["static", "database", *_BACKENDS])
        raise ImproperlyConfigured(
            f"PITHOS_IDENTITY: {name!r} is none of {known}, nor the path of a class"
        )
    try:
        backend: TokenBackend = import_string(path)()
    except ImportError as error:
        raise ImproperlyConfigured(f"PITHOS_IDENTITY: {name}: {error}") from error
    return backend
