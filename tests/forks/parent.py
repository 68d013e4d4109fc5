"""The process that has loaded the code and forks: ``python -m tests.forks.parent SOCKET``.

A fork has nothing of what was set and kept while the code was loaded, but for the modules. It runs
``manage.py`` from its first line with an environment and files of its own, so it reads its settings
and sets up its applications as a process that was started by itself.
"""

import functools
import gc
import importlib
import json
import os
import runpy
import socket
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from tests.forks import MESSAGE_BYTES, ROOT
from tests.passwords import hash_quickly

_STANDARD_FILES = 3
# What ``serve`` imports besides the protocols, the pages and the commands.
_OF_SERVERS = (
    "django.contrib.messages.middleware",
    "django.core.wsgi",
    "observability.observer",
    "operators.services.history.background",
    "pithos_api.http.batches",
    "pithos_api.http.handler",
    "pithos_api.services.connections",
    "pithos_api.services.upkeep.checksums.background",
    "pithos_api.services.upkeep.collector.background",
    "pithos_api.services.upkeep.usage",
    "settings.command_line",
    "settings.server",
    "settings.urls",
    "whitenoise.middleware",
)


def main() -> None:
    """Load the code, then do what is asked until nobody is there to ask."""
    _load()
    _forget()
    gc.collect()
    gc.freeze()
    with socket.socket(fileno=int(sys.argv[1])) as requests:
        task = _work(requests)
    if task is not None:
        _become(*task)


def _work(requests: socket.socket) -> tuple[Mapping[str, Any], Sequence[int]] | None:
    """Fork and reap; what to do returns in a new process, None in this one at the end."""
    while message := socket.recv_fds(requests, MESSAGE_BYTES, _STANDARD_FILES)[:2]:
        text, files = message
        if not text:
            break
        told = json.loads(text)
        if "reap" in told:
            answer = os.waitstatus_to_exitcode(os.waitpid(told["reap"], 0)[1])
        elif not (answer := os.fork()):
            return told, files
        for file in files:
            os.close(file)
        requests.send(str(answer).encode())
    return None


def _load() -> None:
    """Import what ``serve`` and the commands of the store import."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")
    import django
    from django.conf import settings
    from django.core.management import get_commands, load_command_class

    django.setup()
    for module in (*settings.PROTOCOLS, *_OF_SERVERS):
        importlib.import_module(module)
    for name, application in get_commands().items():
        if (ROOT / str(application)).is_dir():
            load_command_class(str(application), name)
    hash_quickly()


def _forget() -> None:
    """Keep the modules, and nothing that was read or made while they were loaded."""
    from django.apps import apps
    from django.conf import settings
    from django.db import connections
    from django.utils.functional import empty

    for each in gc.get_objects():
        if isinstance(each, functools._lru_cache_wrapper):
            each.cache_clear()
    connections.__init__()  # type: ignore[misc] # as it was before it had read them
    connections.__dict__.pop("settings", None)
    apps.app_configs.clear()
    apps.ready = apps.models_ready = apps.apps_ready = apps.loading = False
    settings._wrapped = empty
    del sys.modules["settings"]


def _become(told: Mapping[str, Any], files: Sequence[int]) -> None:
    """Run ``manage.py``; its end is this process's."""
    os.setsid()
    os.environ.clear()
    os.environ.update(told["env"])
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    importlib.reload(sys.modules["pithos_api.blocks.crash"])  # it reads CRASH_AT
    sys.argv = ["manage.py", *told["words"]]
    runpy.run_path("manage.py", run_name="__main__")


if __name__ == "__main__":
    main()
