import pytest

from tests.api.client import Client
from tests.api.state import unchanged

NAMES = [
    " ", " lead", "trail ", "in the middle", "/lead", "//", "d/", "d//x", "d/../e", ".", "..",
    "a%b", "%41", "%2F", "%", "a+b", "a?b", "a#b", "a;b", "a&b=c", 'q"uote', "q'uote", "a\\b",
    "<tag>", "α/β γ", "Α", "é", "e\u0301", "日本語", "\U0001f600", "\u2028", "\u00a0", "\ufeff",
    "A", "a", "~", "*", "data:text/css,x", "/[x", "\ufffd",
]  # fmt: skip

CONTROL = ["%00", "%01", "%09", "%0A", "%0D", "%1F", "%7F", "%C2%80", "%C2%85", "%C2%9F",
           "%EF%BF%BE", "%EF%BF%BF"]  # fmt: skip
# A lone byte, half a character, a surrogate, a slash in two bytes, past the last character.
BROKEN = ["%FF", "%C3", "%C3%28", "%ED%A0%80", "%C0%AF", "%F4%90%80%80"]


@pytest.mark.requirement("R66")
def test_every_name_is_kept_byte_for_byte(box: Client) -> None:
    for number, name in enumerate(NAMES):
        assert box.put(f"c/{name}", str(number)).status == 201
    for number, name in enumerate(NAMES):
        assert box.get(f"c/{name}").body == str(number).encode(), name
    listed = [entry["name"] for entry in box.get("c", format="json").json]
    assert listed == sorted(NAMES)


@pytest.mark.requirement("R66")
def test_a_name_with_everything_is_deleted_by_that_name_alone(box: Client) -> None:
    for name in NAMES:
        assert box.put(f"c/{name}").status == 201
    for left, name in enumerate(NAMES, 1 - len(NAMES)):
        assert box.delete(f"c/{name}").status == 204
        assert box.head("c")["X-Container-Object-Count"] == str(-left)


@pytest.mark.requirement("R66")
@pytest.mark.parametrize(
    ("sent", "meant"),
    [("a%2Fb", "a/b"), ("%2541", "%41"), ("%e2%82%ac", "€"), ("a+b", "a+b"), ("%61", "a")],
)
def test_a_path_is_percent_decoded_once(box: Client, sent: str, meant: str) -> None:
    token = {"X-Auth-Token": box.token}
    assert box.raw("PUT", f"{box.url('c')}/{sent}", b"data", token).status == 201
    assert [entry["name"] for entry in box.get("c", format="json").json] == [meant]


@pytest.mark.requirement("R66")
def test_a_slash_behind_the_container_begins_the_name(box: Client) -> None:
    assert box.put("c//x", b"slash").status == 201
    assert box.put("c/x", b"plain").status == 201
    assert box.get("c//x").body == b"slash"
    assert box.raw("GET", box.url("c") + "/", None, {"X-Auth-Token": box.token}).lines == [
        "/x",
        "x",
    ]


@pytest.mark.requirement("R69")
@pytest.mark.parametrize(
    "name", ["x" * 1024, "α" * 512, "\U0001f600" * 256, "/" * 1024, " " * 1024]
)
def test_a_name_of_1024_bytes_is_taken(box: Client, name: str) -> None:
    assert box.put(f"c/{name}", b"data").status == 201
    assert box.get(f"c/{name}").body == b"data"
    assert [entry["name"] for entry in box.get("c", format="json").json] == [name]


@pytest.mark.requirement("R69")
@pytest.mark.parametrize("name", ["x" * 1025, "α" * 513, "x" + "\U0001f600" * 256, "x" * 9000])
@pytest.mark.parametrize("method", ["PUT", "GET", "HEAD", "DELETE"])
def test_a_longer_name_is_400(box: Client, method: str, name: str) -> None:
    with unchanged(box):
        assert box.request(method, f"c/{name}", b"").status == 400


@pytest.mark.requirement("R69")
@pytest.mark.parametrize("name", ["x" * 256, "α" * 128])
def test_a_container_name_of_256_bytes_is_taken(api: Client, name: str) -> None:
    assert api.put(name).status == 201
    assert api.put(f"{name}/o", b"data").status == 201
    assert api.get(f"{name}/o").body == b"data"
    assert api.put(f"{name}x").status == 400
    assert api.put(f"{name}x/o").status == 400
    assert api.names("") == [name]


@pytest.mark.requirement("R69")
@pytest.mark.parametrize("method", ["PUT", "GET", "HEAD", "DELETE"])
@pytest.mark.parametrize("bad", CONTROL + BROKEN)
def test_control_characters_and_broken_utf8_are_400(box: Client, method: str, bad: str) -> None:
    token = {"X-Auth-Token": box.token}
    with unchanged(box):
        for path in (f"/c/a{bad}b", f"/c/{bad}", f"/c{bad}/o", f"/c{bad}"):
            answer = box.raw(method, box.url() + path, b"", token)
            assert answer.status == 400, path
    assert [container["name"] for container in box.get(format="json").json] == ["c"]


@pytest.mark.requirement("R69")
@pytest.mark.parametrize("bad", CONTROL + BROKEN)
def test_they_are_400_in_the_account_too(box: Client, bad: str) -> None:
    token = {"X-Auth-Token": box.token}
    for path in (f"/v1/a{bad}/c/o", f"/v1/a{bad}/c", f"/v1/a{bad}"):
        assert box.raw("GET", path, None, token).status == 400, path


@pytest.mark.requirement("R69")
@pytest.mark.parametrize("method", ["PUT", "GET", "HEAD", "DELETE"])
def test_an_empty_container_segment_is_400(box: Client, method: str) -> None:
    with unchanged(box):
        assert box.request(method, "/x", b"").status == 400
