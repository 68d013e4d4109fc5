"""Files of the store as Django has them."""

import io
import tempfile
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from django.core.files import File

from pithos_client.resources import Object
from pithos_client.uploads import Source

if TYPE_CHECKING:
    AnyFile = File[Any]
else:
    AnyFile = File  # takes no type when it runs

_IN_MEMORY: Final = 1 << 20


class KeptFile(AnyFile):
    """A file that is read from the store. find: finds it, as it is by then."""

    def __init__(self, name: str, mode: str, find: Callable[[], Object]) -> None:
        self._find = find
        super().__init__(None, name)
        self._begin(mode)

    def _begin(self, mode: str) -> None:
        found = self._find()
        file: Any = found.as_file()
        self.file = file if "b" in mode else io.TextIOWrapper(file, "utf-8")
        self.mode = mode
        self.size = found.size  # File itself would look for a local file of that name

    def open(self, mode: str | None = None, *_: Any, **__: Any) -> "KeptFile":
        """Go to its beginning; open it again if it was closed."""
        if self.closed:
            self._begin(mode or self.mode)
        else:
            self.seek(0)
        return self


class WrittenFile(AnyFile):
    """A file that is written here, and saved when it is closed."""

    def __init__(self, name: str, save: Callable[[AnyFile], None]) -> None:
        spool = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - closed by close
        super().__init__(spool, name)
        self._save = save

    def write(self, content: Any) -> int:
        """Write on; text is UTF-8."""
        file: Any = self.file
        return int(file.write(_encoded(content)))

    def close(self) -> None:
        """Save what was written."""
        if not self.closed:
            self._save(File(self.file))
            super().close()

    def __exit__(self, kind: type[BaseException] | None, *more: object) -> None:
        """Save what was written, but not half of it."""
        if kind is None:
            self.close()
        else:
            super().close()


def source_of(content: AnyFile) -> Source:
    """Return what the library uploads of a file, from its beginning. Text is UTF-8."""
    text = False
    if content.seekable():
        content.seek(0)
        text = isinstance(content.read(0), str)
    return map(_encoded, content.chunks()) if text else content


def _encoded(piece: str | bytes) -> bytes:
    return piece.encode() if isinstance(piece, str) else piece
