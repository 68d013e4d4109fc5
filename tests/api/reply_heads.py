"""How much a reply's head has, and what makes it large."""

from urllib.parse import unquote

from tests.api.client import Answer

MOST = 64 << 10

# A value of metadata has 256 characters, and each of these is sent as three bytes in Pithos.
VALUE = "%25" * 256


def size(answer: Answer) -> int:
    """Bytes of the reply's headers, the status line aside."""
    return sum(len(name) + len(value) + 4 for name, value in answer.headers.items())


def meta(kind: str, count: int) -> dict[str, str]:
    """So many keys of metadata with the largest values."""
    return {f"X-{kind}-Meta-K{number:02}": VALUE for number in range(count)}


def in_utf8(sent: dict[str, str]) -> dict[str, str]:
    """The same as Swift's dialect tells it: metadata is not percent-encoded there."""
    return {name: unquote(text) if "-Meta-" in name else text for name, text in sent.items()}


def people(count: int) -> str:
    """A list of accounts as an Astakos names them, by UUID."""
    return ",".join(f"{number:08}-0000-4000-8000-000000000000" for number in range(count))


# As much as there may be: one more of the same is refused.
META_KEYS = 31
READERS = people(221)
TYPE = {
    "Content-Type": f"text/plain; a={'t' * 1900}",
    "Content-Encoding": "e" * 2000,
    "Content-Disposition": f"inline; filename={'d' * 1900}",
    "X-Object-Manifest": "c/" + "%25" * 700,
}
GROUPS = {f"X-Account-Group-G{number:02}": people(30) for number in range(32)}
