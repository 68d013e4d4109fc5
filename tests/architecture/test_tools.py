import pytest

from tests import tools


@pytest.mark.parametrize(
    ("required", "ends"), [("", pytest.skip.Exception), ("1", pytest.fail.Exception)]
)
def test_a_missing_tool_skips_a_test_but_fails_it_where_all_must_run(
    monkeypatch: pytest.MonkeyPatch, required: str, ends: type[BaseException]
) -> None:
    monkeypatch.setenv("PITHOS_REQUIRE_TOOLS", required)
    with pytest.raises(ends, match="no-gizmo is not installed: apt-get install gizmos"):
        tools.check("sh", "no-gizmo", package="gizmos")
