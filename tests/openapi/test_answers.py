"""No request, however odd, gets an answer that the OpenAPI document does not tell of."""

import os
from collections.abc import Iterator
from contextlib import suppress
from secrets import token_hex
from zlib import crc32

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from pytest_django import DjangoDbBlocker
from schemathesis import GenerationMode
from schemathesis.core.failures import FailureGroup

from accounts.tokens.tokens import create_token
from accounts.users.users import create_user
from tests.api.client import Client
from tests.api.server import Server
from tests.openapi.asking import AnyCase, Operation, ask, cases, operations
from tests.openapi.test_document import paths
from tests.openapi.world import World

# So many requests for each operation of each kind; without this, a few that are always the same.
EXAMPLES = int(os.environ.get("PITHOS_SCHEMA_EXAMPLES", "0"))
PROTOCOLS = (
    *("pithos", "swift", "public", "links", "monitoring", "openapi", "logins"),
    *("compute", "plankton", "glance", "blobs", "management"),
)
MODES = list(GenerationMode) if EXAMPLES else [GenerationMode.POSITIVE]


@pytest.fixture(scope="module")
def world(server: Server, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    with django_db_blocker.unblock():
        users = [
            create_user(f"asks-{token_hex(4)}", operator=name == "operator")
            for name in ("user", "operator", "victim")
        ]
        made = [Client(server.address, each.account, create_token(each)) for each in users]
    yield World(*made)
    for client in made:
        client.connection.close()


@pytest.fixture(scope="module")
def described() -> list[Operation]:
    return list(operations(paths()))


def test_each_protocol_is_asked(described: list[Operation]) -> None:
    assert {tag for each in described for tag in each.tags or ()} == set(PROTOCOLS)


@pytest.mark.requirement("M24")
@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("mode", MODES, ids=lambda mode: mode.value)
def test_answers_are_those_of_the_document(
    world: World,
    described: list[Operation],
    subtests: pytest.Subtests,
    mode: GenerationMode,
    protocol: str,
) -> None:
    for operation in (each for each in described if protocol in (each.tags or ())):
        with subtests.test(operation.label), suppress(Unsatisfiable):  # nothing can be wrong in it
            ask_about(operation, mode, world)


def test_an_answer_that_is_not_described_is_found(world: World) -> None:
    get = paths()["/v1/{account}"]["get"]
    silent = {**paths()["/v1/{account}"], "get": {**get, "responses": {"500": {"description": ""}}}}
    [operation] = (each for each in operations({"/v1/{account}": silent}) if each.method == "get")
    with pytest.raises(FailureGroup, match="Undocumented status code"):
        ask_about(operation, GenerationMode.POSITIVE, world)


def ask_about(operation: Operation, mode: GenerationMode, world: World) -> None:
    known, callers = world.known(operation.method, operation.path), st.sampled_from(world.callers())

    @settings(
        max_examples=EXAMPLES or 3,
        derandomize=not EXAMPLES,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=bool(EXAMPLES),
    )
    @given(cases(operation, mode, known), callers)
    def ask_each(case: AnyCase, token: str | None) -> None:
        ask(case, world.user.address, token)

    if not EXAMPLES:
        ask_each = seed(crc32(operation.label.encode()))(ask_each)
    ask_each()
