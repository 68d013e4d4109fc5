"""Names of files and of objects, and how either is shown.

An object's name is UTF-8 without control characters, a file's any bytes. A byte that an object's
name cannot have becomes U+FFFD and two digits, so that the file gets its own name back.
"""

import os
import re
from pathlib import Path
from typing import Final

import click

_MARK: Final = "\N{REPLACEMENT CHARACTER}"
_MARKED: Final = re.compile(f"{_MARK}([0-9A-F]{{2}})")
_LOST: Final = re.compile("[\x00-\x1f\x7f-\x9f\udc80-\udcff]")


def object_name(file_name: str) -> str:
    """Return the name in the store of a file; ``file_name`` is relative, with ``/``."""
    own = re.sub(f"{_MARK}(?=[0-9A-F]{{2}})", lambda found: _marked(found[0]), file_name)
    return typed_name(own)


def typed_name(text: str) -> str:
    """Return a name as it was typed, without what no object's name can have."""
    return _LOST.sub(lambda found: _marked(found[0]), text)


def _marked(text: str) -> str:
    return "".join(f"{_MARK}{byte:02X}" for byte in os.fsencode(text))


def file_path(folder: Path, name: str) -> Path:
    """Return where an object goes that has this name below ``folder``.

    Raises: ClickException: it would leave the folder, or no file can have this name.
    """
    parts = name.split("/")
    if "\0" in name or any(part in {"", ".", ".."} for part in parts):
        raise click.ClickException(f"{shown(name)}: no file can have this name")
    raw = b"".join(
        bytes([int(part, 16)]) if n % 2 else part.encode()
        for n, part in enumerate(_MARKED.split(name))
    )
    return folder / os.fsdecode(raw)


def shown(name: str) -> str:
    """Return a name in one line, whatever it holds."""
    return "".join(each if each.isprintable() else repr(each)[1:-1] for each in name)
