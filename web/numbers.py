"""Numbers as clients write them."""


def whole_number(text: str, digits: int) -> int | None:
    """Return what up to ``digits`` ASCII digits say, None for any other text.

    ``int`` alone would take signs, blanks, underscores and the digits of every script.
    """
    if text.isascii() and text.isdecimal() and len(text) <= digits:
        return int(text)
    return None
