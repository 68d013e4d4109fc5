import gc
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from itertools import chain, groupby
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.utils import translation
from pytest_django import DjangoDbBlocker

from settings import database
from tests import databases, forks, tools
from tests.api.server import Serve, Server, tests_own_store
from tests.choice import pytest_ignore_collect
from tests.chromium import start as start_browser
from tests.leftovers import (
    make_quick_directory,
    new_quick_directory,
    no_leftovers,
    pytest_fixture_setup,
)
from tests.passwords import hash_quickly
from tests.seaweed import SeaweedFS, new_seaweed

if TYPE_CHECKING:  # see tests/chromium.py
    from selenium import webdriver

__all__ = ["no_leftovers", "pytest_fixture_setup", "pytest_ignore_collect"]

# Tests start hundreds of processes; each would compile all of the code again.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
# A shell has what it starts in the background ignore SIGINT, and so would what tests interrupt.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
hash_quickly()

MOST_WORKERS = 8
# What walks the whole store is done before others have filled it; then comes what takes long.
WALKS = (
    *("tests/api/containers/test_garbage.py", "tests/api/containers/test_history_policies.py"),
    "tests/api/limits/test_unnamed_blocks.py",
    "tests/api/history/test_usage_of_history.py",
    "tests/pithos_api/models/test_plans_without_statistics.py",
)
_LONG_ROOMS = ("files", "deploy", "docs", "e2e", "model")
LONG = tuple(f"tests/{room}/" for room in _LONG_ROOMS)
# What waits for half of its time or more, for limits and for processes that start, and uses little
# of the tests' own store. One such module comes after so many others.
WAITING = ("tests/reliability/", "tests/server/")
WORKING_BETWEEN = 3


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Three workers for two cores for the whole suite; none for a choice, which starts sooner so.

    Many tests wait: for a time limit, a disk, a process that starts.
    """
    everything = config.args_source is pytest.Config.ArgsSource.TESTPATHS
    chosen = any(config.getoption(name, None) for name in ("keyword", "markexpr", "lf"))
    cores = len(os.sched_getaffinity(0))
    return min(cores + cores // 2, MOST_WORKERS) if everything and not chosen else 0


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Iterator[None]:
    """Collect thousands of tests without looking for garbage among them again and again."""
    gc.disable()
    try:
        _import_share(session.config)
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def _import_share(config: pytest.Config) -> None:
    """Begin with a part of the modules that no other worker begins with.

    Each keeps the bytecode of what it compiles, so nothing is compiled by all of them.
    """
    if not hasattr(config, "workerinput") or config.args != config.getini("testpaths"):
        return
    number, workers = int(config.workerinput["workerid"][2:]), config.workerinput["workercount"]
    for path in sorted(config.rootpath.glob("tests/**/test_*.py"))[number::workers]:
        with suppress(Exception):  # pytest tells what is wrong with it when it comes to it
            import_module(".".join(path.relative_to(config.rootpath).with_suffix("").parts))


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Find again what refers to what: Hypothesis asks that when it tells its summary.

    Workers tell none. Pytest looks for garbage at the end, which takes long among so much.
    """
    if not hasattr(session.config, "workerinput"):
        gc.unfreeze()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long, so that no worker is alone with it in the end.

    What waits comes amid the others: else all workers would wait at the same time.
    """
    items.sort(key=_turn)
    modules = [list(group) for _, group in groupby(items, lambda item: item.path)]
    waiting = [each for each in modules if each[0].nodeid.startswith(WAITING)]
    mixed = [each for each in modules if each not in waiting]
    for turn, module in enumerate(waiting, 1):
        mixed.insert(turn * (WORKING_BETWEEN + 1) - 1, module)
    items[:] = chain.from_iterable(mixed)


def _turn(item: pytest.Item) -> int:
    return 0 if item.nodeid.startswith(WALKS) else 1 if item.nodeid.startswith(LONG) else 2


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Ask for what the test is marked to need before anything is started for it."""
    for mark in item.iter_markers("tools"):
        tools.check(*mark.args, **mark.kwargs)


@pytest.fixture(autouse=True)
def usual_language() -> None:
    """Begin in the language of the settings: pages that are asked for in Greek leave it behind."""
    translation.deactivate()


@pytest.fixture
def quick_path() -> Iterator[Path]:
    """As ``tmp_path``, in memory if there is much of it: for thousands of files."""
    with new_quick_directory() as path:
        yield path


def _nothing() -> None:
    """Do nothing."""


# What pytest-django does around each test for marks, classes and parts of Django that no test here
# has. Nothing is done instead, once a run: it took a fifth of the time of a test that is empty.
for _name in (
    "_dj_autoclear_mailbox",
    "_django_clear_site_cache",
    "_django_isolate_apps",
    "_django_set_urlconf",
    "_django_setup_unittest",
    "_template_string_if_invalid_marker",
):
    globals()[_name] = pytest.fixture(_nothing, scope="session", name=_name)


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_modify_db_settings: None,
    django_db_blocker: DjangoDbBlocker,
    worker_id: str,
    testrun_uid: str,
) -> Iterator[None]:
    """Start the test cluster and make a new test database, for whoever asks.

    All workers of a run share the cluster; pytest-django gives each a database of its own name.

    pytest-django's own makes one only if a test with the mark ``django_db`` was collected; tests
    that talk to a server have none, and met the database of some earlier run.
    """
    database.ensure_running()
    with django_db_blocker.unblock():
        usual = databases.make(None if worker_id == "master" else testrun_uid)
    yield
    with django_db_blocker.unblock():
        databases.destroy(usual)


@pytest.fixture(scope="session")
def loading(no_leftovers: None) -> None:
    """Have servers loaded while the database is made: that takes two processors half as long."""
    forks.load()


@pytest.fixture(scope="session")
def serve(loading: None, django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Serve:
    """Start servers of one store on the tests' own database: ``with serve(PITHOS_…="…") as it:``"""
    usual = tests_own_store(make_quick_directory() / "blocks")

    @contextmanager
    def start(**env: str) -> Iterator[Server]:
        running = Server(tmp_path_factory.mktemp("serve"), **{**usual, **env})
        try:
            yield running
        finally:
            running.stop()

    return start


@pytest.fixture(scope="session")
def server(serve: Serve) -> Iterator[Server]:
    """One server for all tests, which come from one address.

    Here and nowhere below: each folder that imported it would start one more for the whole run.
    """
    with serve(PITHOS_MAX_GUESSES="0") as running:
        yield running


@pytest.fixture(scope="session")
def chromium() -> Iterator["webdriver.Chrome"]:
    """One browser for all tests: to start one takes longer than what a test does with it."""
    driver = start_browser()
    yield driver
    driver.quit()


@pytest.fixture(scope="session")
def seaweed() -> Iterator[SeaweedFS]:
    """A real S3 store with the bucket ``blocks``; each who uses it takes a prefix of their own."""
    with new_seaweed() as running:
        running.make_bucket("blocks")
        yield running
