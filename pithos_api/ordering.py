"""Codepoint order, in which the database keeps names."""

from typing import Final

BEYOND: Final = "\U0010ffff" * 257
"""Above every name: names have at most 1024 bytes."""


def after(prefix: str) -> str:
    """Return the smallest text above all that begin with ``prefix``; ``BEYOND`` for none."""
    head = prefix.rstrip("\U0010ffff")
    if not head:
        return BEYOND
    successor = ord(head[-1]) + 1
    if successor == 0xD800:  # surrogates are no characters
        successor = 0xE000
    return head[:-1] + chr(successor)
