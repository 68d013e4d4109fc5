"""An image of deploy/Containerfile, built and run by buildah without a registry of images.

Its base has this machine's own Python and /usr, mounted read-only; all that the container file does
is done. Programs run in a changed root, as the image's user, with the machine's network.

Layers are kept in the user's cache, as a builder of images keeps them: a step is done again if it,
a file that it copies, or a step before it has changed.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests import CACHE, environments, tools
from tests.leftovers import new_directory

ROOT = Path(__file__).resolve().parents[2]
BASE = "localhost/base"
IMAGE = "localhost/pithos"
BUILD_SECONDS = 280
_OF_THE_MACHINE = ("passwd", "group", "shadow", "login.defs", "ld.so.cache", "pip.conf", "ssl")
# Code is compiled as it is imported: what the tests run is a small part of what is installed.
_BASEFILE = """FROM scratch
COPY root/ /
ENV PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin PIP_COMPILE=0
"""


@dataclass(frozen=True)
class Images:
    """Where buildah keeps images and containers, and what they see of the machine."""

    place: Path

    def command(self, *words: str | Path) -> list[str]:
        """The command line of buildah."""
        kept = ("--root", self.place / "kept", "--runroot", self.place / "run")
        return list(map(str, ("buildah", "--storage-driver", "overlay", *kept, *words)))

    def do(self, *words: str | Path) -> str:
        """What buildah prints. Raises: subprocess.CalledProcessError."""
        return _output(self.command(*words))

    def run(self, container: str, *words: str, options: Sequence[str] = ()) -> list[str]:
        """The command line that runs a program in a container."""
        chroot = ("run", "--isolation", "chroot", *_mounts(), *options)
        return self.command(*chroot, container, "--", *words)

    def say(self, container: str, *words: str, options: Sequence[str] = ()) -> str:
        """What a program in a container prints. Raises: subprocess.CalledProcessError."""
        return _output(self.run(container, *words, options=options))


def _output(command: list[str]) -> str:
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=BUILD_SECONDS, check=True
    )
    return done.stdout


def _mounts() -> list[str]:
    prefix = Path(sys.base_prefix).resolve()
    usr = [Path("/usr") / name for name in ("bin", "sbin", "lib", "lib64", "share")]
    seen = [path for path in usr if path.exists()]
    seen += [prefix] if not prefix.is_relative_to("/usr") else []
    return [word for path in seen for word in ("--volume", f"{path}:{path}:ro")]


@contextmanager
def built() -> Iterator[Images]:
    """The image, or a skipped test where the machine is not one that can make it.

    Others who want it wait meanwhile. Its containers are gone afterwards.
    """
    if os.geteuid() != 0 or not Path("/bin").is_symlink():
        tools.unavailable("images are built by root, on a machine whose /bin is /usr/bin")
    place = CACHE / f"images-{_key()}"
    place.mkdir(parents=True, exist_ok=True)
    images = Images(place)
    with (place / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        images.do("rm", "--all")  # a run that was killed leaves some
        _build(images)
        try:
            yield images
        finally:
            images.do("rm", "--all")
            images.do("rmi", "--prune")  # steps that nothing is made of any more


def _key() -> str:
    """Of what the base is made of, but for the machine's users and certificates."""
    parts = [sys.version, sys.base_prefix, Path(__file__).read_text()]
    parts += [path.read_text() for path in [Path("/etc/pip.conf")] if path.exists()]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]


def _build(images: Images) -> None:
    try:
        if not images.do("images", "--quiet", "--filter", f"reference={BASE}"):
            _build_base(images)
        images.do(
            *("bud", "--layers", "--isolation", "chroot", *_mounts(), "--format", "docker"),
            *("--build-arg", f"BASE={BASE}", "-t", IMAGE, "-f", "deploy/Containerfile", "."),
        )
    except subprocess.CalledProcessError as error:
        if "No matching distribution" in error.stderr:
            tools.unavailable("no registry of Python packages is in reach")
        raise AssertionError(error.stdout + error.stderr) from error


def _build_base(images: Images) -> None:
    with new_directory() as place:
        _make_base(place / "root")
        (place / "base").write_text(_BASEFILE)
        images.do("bud", "-t", BASE, "-f", place / "base", place)


def _make_base(root: Path) -> None:
    """Fill the directory that is the base image: a Python at /usr/local, and users."""
    for name in ("etc", "tmp", "var", "usr", "proc", "sys", "dev", "run"):
        (root / name).mkdir(parents=True)
    (root / "tmp").chmod(0o1777)
    for name in ("bin", "sbin", "lib", "lib64"):
        (root / name).symlink_to(f"usr/{name}")
    for name in _OF_THE_MACHINE:
        source = Path("/etc") / name
        if source.is_dir():
            shutil.copytree(source, root / "etc" / name, ignore_dangling_symlinks=True)
        elif source.exists():
            shutil.copy2(source, root / "etc")
    environments.make(root / "usr/local")
    pip = root / "usr/local/bin/pip"
    pip.write_text('#!/bin/sh\nexec /usr/local/bin/python -m pip "$@"\n')
    pip.chmod(0o755)
