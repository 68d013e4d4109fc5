import pytest

from web.headers import disposition, file_name
from web.numbers import whole_number


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("007", 7), ("999", 999)])
def test_digits_are_a_number(text: str, number: int) -> None:
    assert whole_number(text, 3) == number


@pytest.mark.parametrize("text", ["", "1000", "-1", "+1", " 1", "1_0", "1.0", "x", "٣", "²"])
def test_all_else_is_none(text: str) -> None:
    assert whole_number(text, 3) is None


@pytest.mark.parametrize(
    ("name", "file"), [("a/b c.txt", "b%20c.txt"), ("a/b/", "b"), ('q"\r\n', "q%22%0D%0A")]
)
def test_a_file_is_called_by_the_last_part_of_its_name(name: str, file: str) -> None:
    assert disposition("inline", file_name(name)) == f"inline; filename*=UTF-8''{file}"
