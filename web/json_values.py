"""What JSON can say, as types."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

JSONValue: TypeAlias = (
    "Mapping[str, JSONValue] | Sequence[JSONValue] | str | int | float | bool | None"
)
JSONObject: TypeAlias = Mapping[str, JSONValue]
