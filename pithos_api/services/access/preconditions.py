"""Conditions of writes, judged by the state that they are about (RFC 9110 §13)."""

from pithos_api.values import Conditions
from web.errors import ConditionFailedError


def check_conditions(conditions: Conditions, etag: bytes | None) -> None:
    """Judge a write's conditions by the current version's MD5, None where there is none.

    Raises: ConditionFailedError (RFC 9110 §13.1.1 and §13.1.2).
    """
    matched, refused = conditions.if_match, conditions.if_none_match
    if matched is not None and (etag is None or not {etag, b""} & set(matched)):
        raise ConditionFailedError("If-Match")
    if refused is not None and etag is not None and {etag, b""} & set(refused):
        raise ConditionFailedError("If-None-Match")
