"""Which variables of the environment are ours: a name that is not one of them is misspelt."""

import re
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

from django.core.exceptions import ImproperlyConfigured

PREFIX: Final = "PITHOS_"
DJANGOS: Final = ("PITHOS_ALLOWED_HOSTS", "PITHOS_DEBUG")
"""Settings that Django calls the same without the prefix."""
SECRETS: Final = (
    *("PITHOS_SECRET_KEY", "PITHOS_S3_ACCESS_KEY", "PITHOS_S3_SECRET_KEY"),
    *("PITHOS_KEYSTONE_PASSWORD", "PITHOS_INTROSPECTION_SECRET"),
)
"""Each may also come from the file that ``NAME_FILE`` names."""
OF_TESTS: Final = frozenset(
    {
        *("PITHOS_CRASH_CYCLES", "PITHOS_FAULT_DEPTH", "PITHOS_GARBAGE_ROUNDS"),
        *("PITHOS_LARGE_FILE", "PITHOS_MODEL_STEPS", "PITHOS_RACE_ROUNDS", "PITHOS_REQUIRE_TOOLS"),
        *("PITHOS_PICTURE", "PITHOS_SCHEMA_EXAMPLES", "PITHOS_SYNC_STEPS"),
        *("PITHOS_SOAK_SECONDS", "PITHOS_TEST_FORKS", "PITHOS_TEST_RUN", "PITHOS_UPKEEP_KILLS"),
    }
)
"""What tests read in the environment that they hand on to the stores they start."""
OF_CLIENTS: Final = frozenset({"PITHOS_URL", "PITHOS_TOKEN"})
"""What the command ``pithos`` reads, which people run on the same machine."""
# Kubernetes tells every container of a namespace of each service there, such as one called pithos.
_OF_KUBERNETES: Final = re.compile(
    r"PITHOS_(\w+_)?(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT_[0-9]+_(TCP|UDP)(_(PROTO|PORT|ADDR))?)"
)


def refuse_unknown(given: Iterable[str], settings: Iterable[str]) -> None:
    """Stop where a variable is called like a setting of ours and is none.

    given: the names in the environment. settings: those of all our settings.

    Raises: ImproperlyConfigured: names each, with the setting that was probably meant.
    """
    known = {*settings, *DJANGOS, *(f"{name}_FILE" for name in SECRETS)}
    wrong = sorted(name for name in given if _is_unknown(name, known))
    if wrong:
        raise ImproperlyConfigured("; ".join(_complaint(name, known) for name in wrong))


def _is_unknown(name: str, known: set[str]) -> bool:
    ours = name.upper().startswith(PREFIX) and name not in known | OF_TESTS | OF_CLIENTS
    return ours and _OF_KUBERNETES.fullmatch(name) is None


def _complaint(name: str, known: set[str]) -> str:
    near = get_close_matches(name.upper(), known, n=1, cutoff=0.75)
    hint = f"did you mean {near[0]}?" if near else "docs/configuration.md lists them all"
    return f"{name} is no setting: {hint}"
