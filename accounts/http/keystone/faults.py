"""Errors as clients of Keystone read them."""

from http import HTTPStatus
from typing import Any


def keystone_fault(status: int, message: str) -> dict[str, Any]:
    """Return the body of an error."""
    title = HTTPStatus(status).phrase
    return {"error": {"code": status, "title": title, "message": message}}
