"""``manage.py``, loaded once.

A fork has nothing of what was set and kept while the code was loaded, but for the modules. So it
reads its settings and sets up its applications as a process that was started by itself.
"""

import functools
import gc
import importlib
import os
import runpy
import sys

from tests.forks import MANAGE, ROOT
from tests.passwords import hash_quickly

# What ``serve`` imports besides the protocols, the pages, the commands and the migrations.
_OF_SERVERS = (
    "django.contrib.admin.templatetags.admin_list",
    "django.contrib.admin.templatetags.admin_modify",
    "django.contrib.admin.templatetags.log",
    "django.contrib.admin.views.main",
    "django.contrib.auth.backends",
    "django.contrib.sessions.backends.db",
    "django.core.cache.backends.locmem",
    "django.core.management.commands.makemigrations",
    "django.core.wsgi",
    "django.templatetags.cache",
    "django.templatetags.l10n",
    "django.templatetags.tz",
    "django.views.defaults",
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
)


class Store:
    """The code of the store, with all that ``serve`` and the commands import."""

    name = MANAGE

    def load(self) -> None:
        """Import it."""
        _load()
        _forget()

    def learn(self) -> bool:
        """Whether there was more to be imported."""
        return False

    def run(self) -> None:
        """Run ``manage.py``; its end is this process's."""
        importlib.reload(sys.modules["pithos_api.blocks.crash"])  # it reads CRASH_AT
        runpy.run_path(MANAGE, run_name="__main__")


def _load() -> None:
    """Import what ``serve`` and the commands of the store import."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")
    import django
    from django.conf import settings
    from django.core.management import get_commands, load_command_class
    from django.db.migrations.loader import MigrationLoader
    from django.utils.module_loading import import_string

    django.setup()
    for module in (*settings.PROTOCOLS, *_OF_SERVERS):
        importlib.import_module(module)
    for name in settings.MIDDLEWARE:
        import_string(name)
    MigrationLoader(None)  # imports the migrations of all applications
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
