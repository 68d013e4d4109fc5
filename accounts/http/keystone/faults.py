"""Errors as clients of Keystone read them."""

from http import HTTPStatus

from web.json_values import JSONObject


def keystone_fault(status: int, message: str) -> JSONObject:
    """Return the body of an error."""
    title = HTTPStatus(status).phrase
    return {"error": {"code": status, "title": title, "message": message}}
