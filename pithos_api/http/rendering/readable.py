"""Names as people see them."""

from typing import Final

# Marks that let ``gpj.exe`` be read as ``exe.jpg`` (Unicode Standard Annex 9, §2).
_TURNING: Final = dict.fromkeys(
    [0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)],
    "\N{REPLACEMENT CHARACTER}",
)


def readable(name: str) -> str:
    """Return a name as it is shown: what would turn its letters round is seen as itself."""
    return name.translate(_TURNING)
