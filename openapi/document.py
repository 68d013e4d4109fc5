"""The OpenAPI document: what each protocol says of its paths, and what all of them share."""

from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Final

import orjson
import yaml
from django.conf import settings
from django.utils.module_loading import import_string

from web.json_values import JSONObject
from web.protocols import Protocol

NAME: Final = "openapi.yaml"

# Logins are views of Django's, and no protocol.
_LOGINS: Final = "accounts.http"


@cache
def document() -> JSONObject:
    """Return the document (OpenAPI 3.1).

    OpenAPI has no words for COPY and MOVE: a path has them as ``x-copy`` and ``x-move``.
    """
    shared = _read(__package__ or "", "shared.yaml")
    return {**shared, "paths": dict(sorted(_paths().items()))}


@cache
def as_json() -> bytes:
    """Return the document as it is sent."""
    return orjson.dumps(document())


@cache
def etag() -> str:
    """Return what changes when the document does."""
    return f'"{sha256(as_json()).hexdigest()[:32]}"'


def _paths() -> JSONObject:
    found = {**_read(_LOGINS)}
    for module in settings.PROTOCOLS:
        protocol: Protocol = import_string(f"{module}.PROTOCOL")
        package = module.rpartition(".")[0]
        found.update(protocol.describe() if protocol.describe else _read(package))
    return found


def _read(package: str, name: str = NAME) -> JSONObject:
    """Return what the file says that is beside the modules of a package."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    said: JSONObject = yaml.load(files(package).joinpath(name).read_bytes(), loader)  # noqa: S506
    return said
