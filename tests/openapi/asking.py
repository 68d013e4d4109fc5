"""Requests as the OpenAPI document describes them, and as it does not, about things that are."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import schemathesis
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy
from schemathesis import APIOperation, Case, GenerationMode, Response
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from openapi.document import document
from tests.openapi.likely import BODIES, VALUES

Operation = APIOperation[Any, Any, Any, Any]
AnyCase = Case[Any]

CHECKS: Final = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
# The generator knows no verb of another's making. No path of those has these verbs besides.
STAND_INS: Final = {"x-copy": "trace", "x-move": "patch"}
MADE_VERBS: Final = {"TRACE": "COPY", "PATCH": "MOVE"}

schemathesis.serializer.alias(
    "application/openstack-images-v2.1-json-patch", source="application/json"
)


def operations(paths: dict[str, Any]) -> Iterator[Operation]:
    """What is described of these paths."""
    known = {
        path: {STAND_INS.get(verb, verb): said for verb, said in item.items()}
        for path, item in paths.items()
    }
    schema = schemathesis.openapi.from_dict({**document(), "paths": known})
    for found in schema.get_all_operations():
        assert isinstance(found, Ok), found
        yield found.ok()


def cases(
    operation: Operation, mode: GenerationMode, known: Mapping[str, Sequence[str]]
) -> SearchStrategy[AnyCase]:
    """Make requests of chance, some of whose parts are exchanged for what leads somewhere.

    known: by the name of a path's parameter, values of things that are there.
    """

    of_chance = operation.as_strategy(generation_mode=mode)

    @st.composite
    def made(draw: DrawFn) -> AnyCase:
        case = draw(of_chance)
        case.path_parameters.update(_chosen(draw, case.path_parameters, known, seldom=False))
        case.query.update(_chosen(draw, case.query, VALUES))
        case.headers.update(_chosen(draw, case.headers, VALUES))
        case.headers.pop("Authorization", None)
        bodies = BODIES.get(case.media_type or "")
        if bodies and draw(st.booleans()):
            case.body = draw(st.sampled_from(bodies))
        return case

    return made()


def _chosen(
    draw: DrawFn,
    given: Mapping[str, Any],
    known: Mapping[str, Sequence[str]],
    *,
    seldom: bool = True,
) -> dict[str, str]:
    often = st.sampled_from((True, False) if seldom else (True, True, True, False))
    return {
        name: draw(st.sampled_from(known[name]))
        for name in given
        if known.get(name) and draw(often)
    }


def ask(case: AnyCase, address: tuple[str, int], token: str | None) -> Response:
    """Send the request and compare what comes with the document."""
    if case.operation.definition.raw["operationId"].split("-")[1] in ("copy", "move"):
        case.method = MADE_VERBS[case.method.upper()]  # type: ignore[assignment]  # not in its list
    if token:
        case.headers["X-Auth-Token"] = token
    base = "http://{}:{}".format(*address)
    answer = case.call(base_url=base, allow_redirects=False, timeout=30)
    case.validate_response(answer, checks=CHECKS)
    return answer
