"""The user that the server runs as: Postgres refuses to be root."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path

from cluster.errors import ClusterError

# Lets the server walk to its files below a home that only root may enter, and nothing else of
# root's. Without the securebit access(2) ignores the capability and initdb finds no postgres.
_WALK_ANYWHERE = (
    *("--securebits", "+no_setuid_fixup"),
    *("--inh-caps", "-all,+dac_read_search"),
    *("--ambient-caps", "-all,+dac_read_search"),
)


@dataclass(frozen=True, slots=True)
class SystemUser:
    """A user and the words that make a command run as that user.

    uid, gid: of the server's files; prefix: goes before the command, empty if we are that user.
    """

    uid: int
    gid: int
    prefix: tuple[str, ...] = ()

    def names(self) -> list[str]:
        """Return the system users that may enter the cluster: the server's, and root."""
        try:
            own = pwd.getpwuid(self.uid).pw_name
        except KeyError:  # a numeric user of a container
            return ["root"]
        return sorted({own, "root"})


def choose(data: Path, reach: list[Path]) -> SystemUser:
    """Return ourselves, or as root the owner of ``data``, else ``postgres``, else ``nobody``.

    reach: programs and directories that the server must be able to use.

    Raises:
        ClusterError: root's stand-in cannot reach a path; no permission is changed for it.
    """
    if os.geteuid() != 0:
        return SystemUser(os.geteuid(), os.getegid())
    uid, gid = _stand_in(data)
    plain = ("setpriv", "--reuid", str(uid), "--regid", str(gid), "--clear-groups")
    for prefix in (plain, (*plain, *_WALK_ANYWHERE)):
        if all(_reaches(prefix, path) for path in reach):
            return SystemUser(uid, gid, prefix)
    hidden = next(path for path in reach if not _reaches(plain, path))
    raise ClusterError(
        f"Postgres cannot run as root, and user {uid} has no way to {hidden}: set PITHOS_DATA_DIR"
        " or PITHOS_PG_BIN to a place outside of private homes, or DATABASE_URL to a server"
    )


def _stand_in(data: Path) -> tuple[int, int]:
    if data.exists() and (owner := data.stat()).st_uid != 0:
        return owner.st_uid, owner.st_gid
    for name in ("postgres", "nobody"):
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        return user.pw_uid, user.pw_gid
    raise ClusterError(
        "Postgres cannot run as root, and there is neither a user postgres nor nobody:"
        " start as another user, or set DATABASE_URL to a server"
    )


def _reaches(prefix: tuple[str, ...], path: Path) -> bool:
    command = [*prefix, "test", "-x", str(path)]
    try:
        return subprocess.run(command, capture_output=True, check=False, cwd="/").returncode == 0  # noqa: S603 - our own words
    except FileNotFoundError as error:
        raise ClusterError(
            "Postgres cannot run as root, and setpriv (package util-linux) is not here:"
            " install it, start as another user, or set DATABASE_URL to a server"
        ) from error
