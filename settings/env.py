"""Typed readers of the environment. A wrong value stops the start and names its variable."""

import json
import os
import re
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import TypeAlias
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from web.numbers import parse_size

Network: TypeAlias = IPv4Network | IPv6Network

_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}
_TRUTH = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_ORIGIN = re.compile(r"https?://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?")


def given() -> tuple[str, ...]:
    """Return the names of all variables that have a value."""
    return tuple(name for name, value in os.environ.items() if value.strip())


def text(name: str, default: str) -> str:
    """Read a string; an empty value counts as unset."""
    return os.environ.get(name, "").strip() or default


def secret(name: str) -> str | None:
    """Read ``NAME``, or the content of the file that ``NAME_FILE`` names; None if both are unset.

    An empty variable counts as unset, an empty file does not: a secret that got lost must not
    pass for none.
    """
    path = os.environ.get(f"{name}_FILE")
    if not path:
        return os.environ.get(name) or None
    if os.environ.get(name):
        raise ImproperlyConfigured(f"set {name} or {name}_FILE, not both")
    try:
        value = Path(path).read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(f"{name}_FILE={path!r} cannot be read: {error}") from error
    if not value:
        raise ImproperlyConfigured(f"{name}_FILE={path!r} is empty")
    return value


def boolean(name: str, *, default: bool) -> bool:
    """Read a truth value: 1, true, yes or 0, false, no."""
    value = text(name, "yes" if default else "no").lower()
    if value not in _TRUTH:
        raise ImproperlyConfigured(f"{name}={value!r} is not a truth value; write 1 or 0")
    return _TRUTH[value]


def integer(name: str, default: int, *, least: int = 0) -> int:
    """Read a decimal integer not smaller than ``least``."""
    value = text(name, str(default))
    if not re.fullmatch(r"[0-9]{1,18}", value) or int(value) < least:
        raise ImproperlyConfigured(f"{name}={value!r} is not a whole number of at least {least}")
    return int(value)


def percent(name: str, default: int) -> int:
    """Read a part of a hundred, 1 to 100."""
    found = integer(name, default, least=1)
    if found > 100:
        raise ImproperlyConfigured(f"{name}={found} is no percentage; write 1 to 100")
    return found


def size(name: str, default: str, *, least: int = 0) -> int:
    """Read a size such as ``4M`` in bytes; the units K, M, G, T are powers of 1024."""
    found = parse_size(text(name, default))
    if found is None:
        value = os.environ.get(name)
        raise ImproperlyConfigured(f"{name}={value!r} is not a size; write 4194304 or 4M")
    if found < least:
        raise ImproperlyConfigured(f"{name} must be at least {least} bytes")
    return found


def span(name: str, default: str) -> int:
    """Read a span of time such as ``90s``, ``30m``, ``24h`` or ``7d`` in seconds."""
    value = text(name, default).lower()
    match = re.fullmatch(r"([0-9]{1,9})([smhd]?)", value)
    if match is None:
        raise ImproperlyConfigured(f"{name}={value!r} is not a span of time; write 90s or 24h")
    return int(match[1]) * _SECONDS[match[2]]


def choice(name: str, default: str, choices: tuple[str, ...]) -> str:
    """Read one of ``choices``."""
    value = text(name, default)
    if value not in choices:
        raise ImproperlyConfigured(f"{name}={value!r} is not one of {', '.join(choices)}")
    return value


def choices(name: str, default: str, known: tuple[str, ...]) -> list[str]:
    """Read a comma-separated list of some of ``known``."""
    found = words(name, default)
    for value in found:
        if value not in known:
            raise ImproperlyConfigured(f"{name}: {value!r} is not one of {', '.join(known)}")
    return found


def words(name: str, default: str) -> list[str]:
    """Read a comma-separated list; blanks around the items are dropped."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def endpoint(name: str) -> str:
    """Read the URL of a service that secrets are sent to, "" if unset; no slash at the end.

    It is https, or http to this machine.
    """
    value = text(name, "").rstrip("/")
    if value and not _is_safe(value):
        # The value is not repeated: it may hold a password.
        raise ImproperlyConfigured(f"{name} must be like https://host/path, without a user")
    return value


def _is_safe(url: str) -> bool:
    """Return whether secrets may be sent to a URL: over TLS, or not over any network."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    encrypted = parts.scheme == "https" and bool(parts.hostname)
    near = parts.scheme == "http" and parts.hostname in _LOOPBACK
    return (encrypted or near) and parts.username is None and not parts.fragment


def origin(name: str) -> str:
    """Read ``https://host[:port]``, "" if unset; a slash at the end is dropped."""
    value = text(name, "").rstrip("/")
    if value and not _ORIGIN.fullmatch(value):
        raise ImproperlyConfigured(f"{name}={value!r} is no origin; write https://store.example")
    return value


def networks(name: str, default: str) -> tuple[Network, ...]:
    """Read a comma-separated list of IP addresses and networks such as ``10.0.0.0/8``."""
    try:
        return tuple(map(ip_network, words(name, default)))
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}: {error}") from error


def mapping(name: str) -> dict[str, str]:
    """Read ``key=value`` pairs separated by commas, or a JSON object of strings."""
    value = text(name, "")
    if value.startswith("{"):
        return _json_mapping(name, value)
    pairs = [item.partition("=") for item in words(name, "")]
    if any(not key or not found or not item for key, found, item in pairs):
        raise ImproperlyConfigured(f"{name} takes token=account pairs separated by commas")
    return {key.strip(): item.strip() for key, _, item in pairs}


def _json_mapping(name: str, value: str) -> dict[str, str]:
    try:
        found = json.loads(value)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} is not a JSON object: {error}") from error
    if not all(isinstance(item, str) for item in found.values()):
        raise ImproperlyConfigured(f"{name} is not a JSON object of strings")
    return {str(key): str(item) for key, item in found.items()}
