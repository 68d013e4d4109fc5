"""Which test modules ``-k`` cannot mean: they are not imported, so that a choice begins soon.

``-k`` looks for words in names: of folders, modules and tests, of parameters and marks. Nearly all
modules have in their own path and text whatever their tests are called by. Those that take names
from elsewhere are listed here; ``tests/architecture/test_choice.py`` compares all names of a whole
run with this list.
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[1]

NAMED_ELSEWHERE: Final = frozenset(
    {
        "tests/api/hashmaps/test_hashmaps_malformed.py",
        "tests/api/hashmaps/test_hashmaps_missing.py",
        "tests/api/limits/test_reply_heads.py",
        "tests/api/objects/test_encoded_headers.py",
        "tests/architecture/test_tools.py",
        "tests/blobs/test_backends.py",
        "tests/cluster/test_postgres.py",
        "tests/docs/test_examples.py",
        "tests/docs/test_links.py",
        "tests/docs/test_reliability.py",
        "tests/docs/test_security.py",
        "tests/hostile/test_memory.py",
        "tests/hostile/test_smuggling.py",
        "tests/hostile/test_unasked_bodies.py",
        "tests/hostile/test_unasked_images.py",
        "tests/identity/test_matrix.py",
        "tests/images/test_authorization_images.py",
        "tests/images/test_many_images.py",
        "tests/management_api/test_odd_values.py",
        "tests/operators/test_access.py",
        "tests/pithos_api/blocks/test_fallback.py",
        "tests/pithos_api/blocks/test_local.py",
        "tests/pithos_api/blocks/test_memory.py",
        "tests/pithos_api/blocks/test_s3.py",
        "tests/pithos_api/models/test_rows.py",
        "tests/pithos_client/test_libcloud_driver.py",
        "tests/reliability/databases/test_outages.py",
        "tests/reliability/disks/test_checksums.py",
        "tests/reliability/disks/test_scrub.py",
        "tests/reliability/load/test_race_classes.py",
        "tests/server/test_bodies.py",
        "tests/server/test_lifecycle.py",
        "tests/server/test_request_ids.py",
        "tests/server/test_requests.py",
        "tests/server/test_slow_clients.py",
        "tests/swift/archives/test_reading.py",
        "tests/swift/large/test_open_readable.py",
    }
)

_OPERATORS: Final = {"and", "or"}
# Parts of names that are made of no text: of hashes and escaped letters, or one letter repeated.
_MADE: Final = re.compile(r"[a-fux]+|(.)\1*")

_MARKS_OF_HYPOTHESIS: Final = "is_hypothesis_test hypothesis_explicit_examples"


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Pass over a module that the choice cannot mean, or a folder that has no other."""
    choice = config.getoption("keyword")
    modules = [*_modules(collection_path)] if choice.strip() else []
    if not modules or any(may_mean(choice, module) for module in modules):
        return None
    return True


def _modules(path: Path) -> Iterator[Path]:
    """The test modules in a folder, or the path itself if it is one."""
    if path.is_dir():
        yield from path.rglob("test_*.py")
    elif path.match("test_*.py"):
        yield path


def may_mean(choice: str, module: Path) -> bool:
    """Whether a test of the module may have a name that has a word of the choice in it.

    Only parts of a word that are letters count: what is between them may have been computed.
    """
    words = set(re.findall(r"[^\s()]+", choice.lower())) - _OPERATORS
    if "not" in words or module.relative_to(ROOT).as_posix() in NAMED_ELSEWHERE:
        return True
    text = text_of(module)
    return any(all(part in text for part in parts(word)) for word in words)


def parts(name: str) -> Iterator[str]:
    """The runs of letters in a name that a text must have for a test to be called so."""
    for part in re.findall(r"[a-z_]+", name.lower()):
        if not _MADE.fullmatch(part):
            yield part


@cache
def text_of(module: Path) -> str:
    """All that a module's tests may be called by: its path, its text, and that as ids escape it."""
    text = module.read_text()
    escaped = "" if text.isascii() else text.encode("unicode_escape").decode()
    marks = _MARKS_OF_HYPOTHESIS if "hypothesis" in text else ""
    return f"{module.relative_to(ROOT)}\n{text}\n{escaped}\n{marks}".lower()
