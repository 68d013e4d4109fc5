"""Where a cluster keeps its files. Nothing here touches the disk."""

import hashlib
import re
import sys
from dataclasses import dataclass
from pathlib import Path

PORT = 5432
# sun_path holds 108 bytes and a final NUL (unix(7)); libpq splits hosts at commas, the server
# configuration at quotes: a path that is too long or holds other characters is not for sockets.
_SOCKET_PATH = re.compile(r"[A-Za-z0-9/ ._@+=~-]{1,107}")


@dataclass(frozen=True, slots=True)
class Layout:
    """The places of one cluster.

    root: absolute; configuration, log and locks, owned by us; ``data`` and ``run`` inside it
    belong to the user that the server runs as.
    disposable: a test cluster, quick because it may lose everything in a crash.
    """

    root: Path
    disposable: bool = False

    @classmethod
    def of(cls, data_dir: Path) -> "Layout":
        """Return ``pg`` in ``data_dir``, or the disposable ``pg-test`` when this process is pytest.

        Not ``PYTEST_VERSION``: the servers that tests start inherit it and must get the real thing.
        """
        disposable = "pytest" in sys.modules
        return cls(data_dir.absolute() / ("pg-test" if disposable else "pg"), disposable)

    @property
    def data(self) -> Path:
        return self.root / "data"

    @property
    def log(self) -> Path:
        return self.root / "server.log"

    @property
    def run(self) -> Path:
        """The private directory of the socket, under /tmp where ``root`` cannot name a socket."""
        beside = self.root / "run"
        if _SOCKET_PATH.fullmatch(str(_socket_in(beside))):
            return beside
        digest = hashlib.sha256(str(self.root).encode()).hexdigest()
        # Not $TMPDIR: every process must come to the same place; PostgresServer._own checks whose
        # it is.
        return Path("/tmp") / f"pithos-{digest[:16]}"  # noqa: S108

    @property
    def socket(self) -> Path:
        return _socket_in(self.run)


def _socket_in(directory: Path) -> Path:
    return directory / f".s.PGSQL.{PORT}"
