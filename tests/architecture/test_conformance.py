"""Every requirement of the contract is shown by a test, and the page says by which."""

import ast

from tests import conformance

NOT_SHOWN: list[str] = []
NUMBERS = [
    *(f"R{number}" for number in range(1, 146)),
    *("R90a", "R90b"),
    *(f"S{number}" for number in range(1, 54)),
    *(f"S{number}" for number in range(60, 64)),  # archives
    *(f"S{number}" for number in (*range(54, 60), *range(64, 70))),  # symlinks
    *(f"S{number}" for number in range(70, 81)),
    *(f"I{number}" for number in range(1, 29)),
    *(f"B{number}" for number in range(1, 27)),
    *(f"L{number}" for number in range(1, 31)),
    *(f"T{number}" for number in range(1, 11)),
    *(f"M{number}" for number in range(1, 26)),
    *(f"F{number}" for number in range(1, 30)),
]

MODULE = """
import pytest

pytestmark = [pytest.mark.requirement("R1"), pytest.mark.timeout(9)]

@pytest.mark.requirement("R2", "R3")
@pytest.mark.parametrize("x", [1, pytest.param(2, marks=pytest.mark.requirement("R4"))])
def test_marked(x): ...

def test_of_the_module(): ...

def not_a_test(): ...
"""


def test_the_list_has_every_requirement():
    assert conformance.known(conformance.requirements()) == set(NUMBERS)


def test_marks_are_found_wherever_they_may_be():
    found = list(conformance.marked_in(ast.parse(MODULE), "tests/test_x.py"))
    assert [(shown.test, shown.numbers) for shown in found] == [
        ("test_marked", ("R1", "R2", "R3", "R4")),
        ("test_of_the_module", ("R1",)),
    ]


def test_no_test_shows_a_requirement_that_is_not_in_the_list():
    assert conformance.shown_by().keys() <= set(NUMBERS)


def test_every_requirement_has_a_test():
    shown = conformance.shown_by()
    assert [number for number in NUMBERS if number not in shown] == NOT_SHOWN


def test_the_pages_are_up_to_date():
    written = conformance.PAGE.read_text()
    assert written == conformance.page(), "docs/conformance.md is out of date: make conformance"
    written = conformance.COMPATIBILITY.read_text()
    assert written == conformance.compatibility(), "docs/compatibility.md is out of date, too"
