"""Conditions of writes, judged by the state that they are about (RFC 9110 §13)."""

from pithos_api.values import ANY_TAG, Conditions
from web.errors import ConditionFailedError


def check_conditions(conditions: Conditions, etags: tuple[bytes, ...]) -> None:
    """Judge a write's conditions by the current version's ETags, none where there is none.

    Raises: ConditionFailedError (RFC 9110 §13.1.1 and §13.1.2).
    """
    _judge(conditions, {*etags, ANY_TAG} if etags else set())


def check_untagged(conditions: Conditions) -> None:
    """Judge conditions by something that is there and has no ETag: only ``*`` stands for it.

    Raises: ConditionFailedError.
    """
    _judge(conditions, {ANY_TAG})


def _judge(conditions: Conditions, tags: set[bytes]) -> None:
    """tags: those that stand for what is there; none stands for what is not."""
    if conditions.if_match is not None and tags.isdisjoint(conditions.if_match):
        raise ConditionFailedError("If-Match")
    if conditions.if_none_match is not None and not tags.isdisjoint(conditions.if_none_match):
        raise ConditionFailedError("If-None-Match")
