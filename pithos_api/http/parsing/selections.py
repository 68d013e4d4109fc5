"""Which bytes of its source a copy takes."""

from pithos_api.values.requests import Selection
from web.errors import InvalidRequest
from web.fields.conditions import read_validator
from web.headers import header
from web.request_head import RequestHead


class NoRangeError(InvalidRequest):
    """The request takes its source as a whole. what: as in "… takes no Range"."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} takes no Range")


def read_selection(head: RequestHead) -> Selection | None:
    """Return which bytes a copy takes, None for all.

    Raises: NoRangeError: it moves, or copies a folder. To ignore the range would be wrong data.
    """
    wanted = header(head, "Range")
    if not wanted:
        return None
    if head.method == "MOVE" or header(head, "X-Move-From") is not None:
        raise NoRangeError("a move")
    if head.query.get("delimiter"):
        raise NoRangeError("a copy of a folder")
    return Selection(wanted, read_validator(head))
