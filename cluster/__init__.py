"""An embedded Postgres: found, made, started, shared by the processes that use it, and stopped.

Plain Python: it needs neither Django nor the store's settings. Whoever starts it says where its
files are and how many connections it must have room for.
"""

from pathlib import Path

from cluster import supervisor
from cluster.configuration import ROLE
from cluster.durability import check_durability
from cluster.errors import ClusterError
from cluster.layout import PORT, Layout
from cluster.server import Options, is_alive

__all__ = [
    "PORT",
    "ROLE",
    "ClusterError",
    "Layout",
    "Options",
    "check_durability",
    "ensure_running",
    "revive",
]


def ensure_running(data_dir: Path, options: Options = Options()) -> None:
    """Start the Postgres below ``data_dir``, or join the running one.

    It lives in ``pg`` below ``data_dir`` until the last process that called this has ended. In a
    pytest process (``pytest`` is imported) it is ``pg-test``, quick and disposable; processes that
    tests start are not pytest and get the durable one.

    Raises: ClusterError: it cannot run.
    """
    supervisor.join(Layout.of(data_dir), options)


def revive(data_dir: Path, options: Options = Options()) -> None:
    """Start the Postgres again if it has died under this process; else do nothing.

    Raises: ClusterError: it does not start.
    """
    layout = Layout.of(data_dir)
    if not is_alive(layout):
        supervisor.join(layout, options)
