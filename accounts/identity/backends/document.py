"""Reading what providers answer: nothing in it is taken for granted."""

from collections.abc import Callable
from datetime import UTC, datetime

import orjson

from accounts.errors import ProviderUnavailableError
from web.json_values import JSONValue

Failed = Callable[[str], ProviderUnavailableError]


class Document:
    """A JSON object, read by path. What is not as agreed is a provider out of order.

    failed: makes the error.
    """

    def __init__(self, value: JSONValue, failed: Failed) -> None:
        if not isinstance(value, dict):
            raise failed("an answer that is no JSON object")
        self._value = value
        self._failed = failed

    @classmethod
    def parse(cls, body: bytes, failed: Failed) -> "Document":
        """Read a body. Raises: ProviderUnavailableError: it is no JSON object."""
        try:
            return cls(orjson.loads(body), failed)
        except orjson.JSONDecodeError:
            raise failed("an answer that is no JSON") from None

    def has(self, name: str) -> bool:
        """Return whether there is a value of that name other than null."""
        return self._value.get(name) is not None

    def part(self, name: str) -> "Document":
        """Return the object of that name. Raises: ProviderUnavailableError."""
        return Document(self._value.get(name), self._failed)

    def text(self, name: str, default: str | None = None) -> str:
        """Return a string. Raises: ProviderUnavailableError: there is none and no default."""
        value = self._value.get(name)
        if value is None and default is not None:
            return default
        if not isinstance(value, str) or not (value or default == ""):
            raise self._failed(f"an answer without {name}")
        return value

    def truth(self, name: str) -> bool:
        """Return a truth value. Raises: ProviderUnavailableError."""
        value = self._value.get(name)
        if not isinstance(value, bool):
            raise self._failed(f"an answer without {name}")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """Return the strings of a list, or the one string; none where there is neither."""
        value = self._value.get(name)
        if isinstance(value, str):
            return (value,)
        return tuple(each for each in self._list(name) if isinstance(each, str))

    def objects(self, name: str) -> tuple[dict[str, JSONValue], ...]:
        """Return the objects of a list as they are; none where there is none."""
        return tuple(each for each in self._list(name) if isinstance(each, dict))

    def parts(self, name: str) -> "tuple[Document, ...]":
        """Return the objects of a list; none where there is none."""
        return tuple(Document(each, self._failed) for each in self.objects(name))

    def moment(self, name: str) -> datetime | None:
        """Return a time, in ISO 8601 or seconds since the epoch; None where there is none.

        Raises: ProviderUnavailableError.
        """
        value = self._value.get(name)
        if value is None:
            return None
        try:
            if isinstance(value, str):
                found = datetime.fromisoformat(value)
            else:
                found = datetime.fromtimestamp(float(value), UTC)
        except (ValueError, TypeError, OverflowError, OSError):
            raise self._failed(f"an answer with no time in {name}") from None
        return found if found.tzinfo else found.replace(tzinfo=UTC)

    def _list(self, name: str) -> list[JSONValue]:
        value = self._value.get(name)
        return value if isinstance(value, list) else []
