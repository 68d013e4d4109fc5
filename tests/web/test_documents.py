"""Documents that replies are made of."""

import tracemalloc

import pytest

from web.documents import json_list


@pytest.mark.parametrize(
    ("entries", "text"),
    [([], b"[]"), ([b"1"], b"[1]"), ([b"1,2", b"3"], b"[1,2,3]"), ([b'"a"', b"{}"], b'["a",{}]')],
)
def test_entries_become_a_json_list(entries, text):
    assert json_list(iter(entries)) == text


def test_a_long_list_is_in_memory_once():
    size, pieces = 100_000, 20
    tracemalloc.start()
    try:
        made = json_list(b"1" * size for _ in range(pieces))
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(made) == pieces * (size + 1) + 1
    assert most < 1.5 * len(made)
