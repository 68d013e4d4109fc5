"""Every error is of one category, every category is one status, every message can be read."""

import importlib
import inspect
import pkgutil
import re
from functools import cache

import accounts
import blobs
import images
import management_api
import pithos_api
import web
from accounts.errors import AccountsError
from management_api.engine.errors import EngineError, FieldError
from web import errors
from web.errors import MethodNotAllowed, PithosError
from web.faults import NAMES, STATUS, status_of

# Stops the start or a command: there is nobody to answer.
NEVER_ANSWERED = {"BlockStoreURLError"}
SAMPLES = {"str": "photos", "int": 7, "bytes": b"\x01" * 32, "list[str]": ["GET"], "object": "x"}
SAMPLES["reason"] = "has no photos"
SAMPLES["tuple[bytes, ...]"] = (b"\x01" * 32,)
SAMPLES["collections.abc.Mapping[str, str]"] = {"a/c/o": "404 Not Found"}


def everything_below(error: type[Exception]) -> set[type[Exception]]:
    children = set(error.__subclasses__())
    return children.union(*map(everything_below, children))


def import_all() -> None:
    for package in (web, pithos_api, accounts, images, blobs, management_api):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)


CATEGORIES = {each for each in STATUS if each is not MethodNotAllowed}
# What goes wrong about users, with resources and with their fields: only names for them all.
ROOTS = {AccountsError, EngineError, FieldError}


@cache
def leaves() -> list[type[Exception]]:
    """All errors, of all code; to import that takes a second, which only these tests shall wait."""
    import_all()
    found = everything_below(PithosError) - CATEGORIES - ROOTS
    return sorted(found, key=lambda leaf: leaf.__name__)


def sample(error: type[Exception]) -> Exception:
    """The error, made with a likely value for each of its parameters."""
    kinds = {
        each.name: inspect.formatannotation(each.annotation).removesuffix(" | None")
        for each in inspect.signature(error).parameters.values()
        if each.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD
    }
    return error(*(SAMPLES.get(name, SAMPLES[kind]) for name, kind in kinds.items()))


def test_the_walk_finds_errors_of_every_layer():
    rooms = {leaf.__module__.split(".")[0] for leaf in leaves()}
    assert {"web", "accounts", "pithos_api", "images", "blobs", "management_api"} <= rooms
    assert len(CATEGORIES) >= 13


def test_categories_and_statuses_are_those_of_the_docstring():
    told = re.findall(r"^    (\w+) (\d{3}) ", str(errors.__doc__), re.MULTILINE)
    assert {(each.__name__, STATUS[each]) for each in CATEGORIES} == {
        (name, int(status)) for name, status in told
    }


def test_405_is_the_only_status_that_is_http_s_own():
    assert STATUS.keys() - CATEGORIES == {MethodNotAllowed}


def test_each_status_is_one_category_and_has_a_fault_name():
    assert len(set(STATUS.values())) == len(STATUS)
    assert NAMES.keys() == set(STATUS.values())
    assert len(set(NAMES.values())) == len(NAMES)


def test_an_error_has_exactly_one_category_and_its_status():
    for leaf in leaves():
        if leaf.__name__ not in NEVER_ANSWERED:
            [category] = [each for each in leaf.__mro__ if each in STATUS]
            assert status_of(sample(leaf)) == STATUS[category], leaf


def test_what_has_no_category_is_never_answered():
    homeless = {leaf.__name__ for leaf in leaves() if not STATUS.keys() & set(leaf.__mro__)}
    assert homeless == NEVER_ANSWERED


def test_a_message_is_one_readable_line():
    for message in [str(sample(leaf)) for leaf in leaves()]:
        assert len(message) > 10
        assert message.isprintable()
        assert "\\x01" not in message


def test_a_leaf_is_named_for_what_it_is():
    named = {leaf.__name__ for leaf in leaves()}
    assert {name for name in named if not name.endswith("Error")} == {MethodNotAllowed.__name__}
