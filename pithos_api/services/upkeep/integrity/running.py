"""Running a check, and repairing what it finds."""

from dataclasses import dataclass, field
from typing import Final

from pithos_api.services.upkeep.integrity.checks import Check, Progress

TOLD: Final = 20
"""Problems of one check that are told; the others are counted."""


@dataclass(slots=True)
class CheckResult:
    """What a check has found: how many problems are left, and the first of them."""

    name: str
    problems: int = 0
    repaired: int = 0
    told: list[str] = field(default_factory=list)


def run_check(check: Check, progress: Progress, *, repair: bool) -> CheckResult:
    """Return what the check finds; after a repair what it finds then.

    Raises: BlockStoreUnavailableError, django.db.Error.
    """
    result = _find(check, progress)
    if not (repair and result.problems and check.repair):
        return result
    check.repair(progress)
    left = _find(check, progress)
    left.repaired = max(result.problems - left.problems, 0)
    return left


def _find(check: Check, progress: Progress) -> CheckResult:
    result = CheckResult(check.name)
    for line in check.find(progress):
        result.problems += 1
        if len(result.told) < TOLD:
            result.told.append(line)
    return result
