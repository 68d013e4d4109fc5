"""The policies of a container: which values they may have, and who may set them."""

from collections.abc import Mapping

from pithos_api.errors import InvalidPolicyError
from pithos_api.values import PolicyChange

_VERSIONING = ("auto", "none")


DEFAULTS: Mapping[str, str | int | None] = {
    "versioning": "auto",
    "quota": 0,
    "keep-days": None,
    "keep-versions": None,
}


# Policies that are numbers, and the largest that each can be.
_LARGEST = {"quota": 2**63 - 1, "keep-days": 36_500, "keep-versions": 2**31 - 1}


def check_policies(change: PolicyChange) -> None:
    """Make sure that a container can have these policies.

    Raises: InvalidPolicyError.
    """
    parse_policies(change)


def parse_policies(change: PolicyChange) -> dict[str, str | int | None]:
    """Return the policy columns that ``change`` sets; "" stands for the default."""
    if not change.values:
        return {}
    policies = dict(DEFAULTS) if change.reset else {}
    for name, value in change.values.items():
        policies[name] = _policy(name, value)
    return {name.replace("-", "_"): value for name, value in policies.items()}


def _policy(name: str, value: str) -> str | int | None:
    if name not in DEFAULTS:
        raise InvalidPolicyError(name, value)
    if not value:
        return DEFAULTS[name]
    if name == "versioning" and value in _VERSIONING:
        return value
    largest = _LARGEST.get(name, -1)
    whole = value.isascii() and value.isdecimal() and len(value) <= len(str(largest))
    if whole and int(value) <= largest:
        return int(value)
    raise InvalidPolicyError(name, value)
