"""What visitors of websites cost: only where it can matter, one look-up more."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import RequestFactory

from accounts.models import User
from accounts.tokens.tokens import create_token
from accounts.users.users import create_user
from pithos_api.http.handler import application
from pithos_api.models import Container, Version
from pithos_api.models.statements.containers.find_website import find_website
from pithos_api.services.listings.cache import pages
from tests.factories import insert_objects
from tests.pithos_api.models.plans import plan, record_runs, use_plans
from tests.pithos_api.models.test_statements import CROWD

pytestmark = pytest.mark.django_db

Asked = Callable[..., list[str]]

READ, LOOK = "read_object", "find_website"


@pytest.fixture
def owner() -> User:
    """The owner of an open container with a page and a text."""
    user = create_user("owner")
    container = Container.objects.create(account=user, name="c", readers=[".r:*", ".rlistings"])
    insert_objects(container.pk, ["a.txt", "index.html"])
    Version.objects.filter(name="a.txt").update(content_type="text/plain", size=5)
    Version.objects.filter(name="index.html").update(content_type="text/html", size=5)
    return user


@pytest.fixture
def asked(owner: User, monkeypatch: pytest.MonkeyPatch) -> Asked:
    """Send a HEAD, without a token unless there is one; return the names of the statements."""
    pages.cache_clear()
    runs = record_runs(monkeypatch)

    def ask(path: str, status: str, **headers: str) -> list[str]:
        made = RequestFactory(headers=headers).head(f"/v1/AUTH_owner/c{path}")
        answers: list[str] = []
        runs.clear()
        list(application(made.environ, lambda line, _: answers.append(line)))
        assert answers[0].startswith(status), answers
        return [statement.name for statement, _ in runs]

    return ask


def be_website(owner: User) -> None:
    said = {"Web-Index": "index.html", "Web-Listings": "true"}
    Container.objects.filter(account=owner).update(meta=said)


def test_files_of_open_containers_cost_one_statement(asked: Asked, owner: User) -> None:
    assert asked("/a.txt", "200") == [READ]
    be_website(owner)
    assert asked("/a.txt", "200") == [READ]


def test_pages_and_folders_of_websites_cost_one_more(asked: Asked, owner: User) -> None:
    be_website(owner)
    assert asked("/index.html", "200") == [READ, LOOK]
    assert asked("/", "200") == [LOOK, READ]
    assert asked("", "301") == [LOOK, READ]
    assert asked("/none", "404")[:3] == [READ, LOOK, READ]


def test_where_there_is_no_website_it_is_as_many_as_before(asked: Asked) -> None:
    """The owner's shortest way is not tried any more for who shows no token."""
    assert asked("/index.html", "200") == [READ, LOOK]
    assert asked("/none", "404") == [READ, LOOK]
    assert asked("", "204") == [LOOK, "read_container"]


def test_who_has_a_token_is_asked_nothing_more(asked: Asked, owner: User) -> None:
    be_website(owner)
    token = {"X-Auth-Token": create_token(owner)}
    asked("/index.html", "200", **token)
    assert asked("/index.html", "200", **token) == ["read_own_object"]
    assert LOOK not in asked("/none", "404", **token)
    assert asked("", "204", **token) == ["read_own_container"]


@pytest.mark.parametrize("mode", ["custom", "generic"])
def test_the_look_up_uses_the_indexes_of_names(owner: User, mode: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"{CROWD} ANALYZE container;")
    use_plans(mode)
    text = plan(find_website, {"account": "owner", "container": "c"})
    assert "user_of_account" in text
    assert "container_of_account" in text
