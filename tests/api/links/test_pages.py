"""The pages behind links: what they show, and that nothing of it can act or is told too much."""

import hashlib
import re
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape
from io import BytesIO

import pytest

from accounts.users.suspension import resume, suspend
from accounts.users.users import find_user
from observability import request_context
from observability.redaction import target_without_secrets, without_secrets
from pithos_api.http.handler import application
from pithos_api.models import Link
from tests.api.client import Answer, Client
from tests.api.links.visitors import HTML, Visitor, make_link, visitor

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


@pytest.fixture
def owner(box: Client) -> Client:
    box.put("c/o", b"hello", {"Content-Type": "text/plain"})
    return box


def test_the_page_tells_name_size_and_hash(owner: Client) -> None:
    owner.put("c/dir/notes.txt", b"hello", {"Content-Type": "text/plain"})
    page = visitor(owner, "c/dir/notes.txt").text()
    for shown in ("notes.txt", "5 bytes", "text/plain", hashlib.md5(b"hello").hexdigest()):
        assert shown in page
    assert hashlib.sha256(b"hello").hexdigest() in page
    assert owner.account not in page  # whose it is, is nobody's business
    assert "dir" not in re.findall("<main.*</main>", page, re.DOTALL)[0]


def test_the_bytes_are_saved_and_cannot_act(owner: Client) -> None:
    owner.put("c/page.html", b"<script>", {"Content-Type": "text/html"})
    guest = visitor(owner, "c/page.html")
    for tail in ("?download", "?download&disposition-type=inline"):
        answer = guest.get(tail)
        assert answer.body == b"<script>"
        assert answer["Content-Disposition"] == "attachment; filename*=UTF-8''page.html"
        assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert answer["X-Content-Type-Options"] == "nosniff"
    assert guest.get("?preview").status == 404


def test_the_object_tells_strangers_no_more_than_they_need(owner: Client) -> None:
    owner.post("c/o", headers={"X-Object-Meta-Secret": "s", "X-Object-Sharing": "read=eve"})
    fields = {name for name, _ in visitor(owner).get("?download").fields}
    assert not any(name.startswith("X-Object") for name in fields)


@pytest.mark.parametrize("kind", ["image/png", "IMAGE/PNG; x=y"])
def test_images_are_previewed(owner: Client, kind: str) -> None:
    owner.put("c/i", PNG, {"Content-Type": kind})
    guest = visitor(owner, "c/i")
    assert f'<img src="{guest.place}?preview"' in guest.text()
    answer = guest.get("?preview")
    assert (answer.status, answer.body) == (200, PNG)
    assert answer["Content-Disposition"].startswith("inline;")
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert guest.ask("HEAD", "?preview").status == 200


@pytest.mark.parametrize("kind", ["image/svg+xml", "text/html", "application/pdf", "image/pngx"])
def test_what_may_act_is_not_previewed(owner: Client, kind: str) -> None:
    owner.put("c/i", b"<svg onload=alert(1)>", {"Content-Type": kind})
    guest = visitor(owner, "c/i")
    assert "<img" not in guest.text()
    assert guest.get("?preview").status == 404


def test_with_so_many_downloads_nothing_is_shown_for_free(owner: Client) -> None:
    owner.put("c/i", PNG, {"Content-Type": "image/png"})
    guest = visitor(owner, "c/i", downloads=1)
    assert "<img" not in guest.text()
    assert guest.get("?preview").status == 404


@pytest.mark.parametrize(
    "name", ["<b>'\"&amp;", "a//b", "/x", "ναι \N{DOG FACE}", "\u202egpj.exe", "a?b#c%41;d=e", " "]
)
def test_names_may_be_hard(owner: Client, name: str) -> None:
    owner.put(f"c/{name}", b"found")
    page = visitor(owner, f"c/{name}").text()
    shown = unescape(re.findall("<h1><bdi>(.*)</bdi></h1>", page)[0])
    assert shown == name.rpartition("/")[2].replace("\u202e", "\N{REPLACEMENT CHARACTER}")
    inside = visitor(owner, "c")
    listed = [unescape(href) for href in re.findall('href="([^"]+)"', inside.text())]
    [download] = [href for href in walk(inside, listed) if owner.raw("GET", href).body == b"found"]
    assert owner.raw("GET", download).status == 200


def walk(guest: Visitor, hrefs: list[str]) -> list[str]:
    """All downloads of a folder and of those in it."""
    found = [href for href in hrefs if href.endswith("?download")]
    for href in {each for each in hrefs if each.startswith(guest.place) and each.endswith("/")}:
        below = href.removeprefix(guest.place)
        if len(below) > 1 and guest.place + below != guest.place + "/":
            page = guest.text(below)
            found += [each for each in re.findall('href="([^"]+)"', page) if "?download" in each]
            deeper = [each for each in re.findall('href="([^"]+)"', page) if each != href]
            found += walk(guest, [each for each in deeper if each.startswith(href)])
    return sorted(set(map(unescape, found)))


def test_a_folder_is_listed_and_zipped(owner: Client) -> None:
    for name in ("dir/a", "dir/sub/b", "dirt", "dir/sub/deep/c"):
        owner.put(f"c/{name}", name.encode())
    guest = visitor(owner, "c/dir", folder=True)
    page = guest.text()
    assert re.findall('<th scope="row">.*<bdi>(.*)</bdi>', page) == ["a", "sub/"]
    assert guest.text("/") == page
    below = guest.text("/sub/")
    assert re.findall('<th scope="row">.*<bdi>(.*)</bdi>', below) == ["b", "deep/"]
    assert f'<a href="{guest.place}/"><bdi>dir</bdi></a>' in below
    assert guest.get("/sub/b?download").body == b"dir/sub/b"
    answer = guest.get("/?zip")
    assert answer["Content-Disposition"] == "attachment; filename*=UTF-8''dir.zip"
    with zipfile.ZipFile(BytesIO(answer.body)) as archive:
        assert archive.namelist() == ["a", "sub/b", "sub/deep/c"]
        assert archive.read("sub/b") == b"dir/sub/b"
    inner = guest.get("/sub/?zip")
    assert zipfile.ZipFile(BytesIO(inner.body)).namelist() == ["b", "deep/c"]
    assert guest.ask("HEAD", "/?zip")["Content-Length"] == str(len(answer.body))


def test_nothing_outside_of_the_folder_is_reached(owner: Client) -> None:
    owner.put("c/dir/a", b"a")
    owner.put("c/dirt/b", b"b")
    guest = visitor(owner, "c/dir", folder=True)
    for tail in ("/../o", "/%2e%2e/o", "/none", "/none/", "t/b", "//", "/a/", "/%01", "/a?zip"):
        assert guest.get(tail).status == 404, tail
        assert guest.get(f"{tail}?download" if "?" not in tail else tail).status == 404, tail
    assert visitor(owner).get("/x").status == 404
    assert visitor(owner).get("/?zip").status == 404


def test_long_folders_come_in_pages(owner: Client) -> None:
    for at in range(502):
        owner.put(f"c/dir/{at:04}", b"")
    guest = visitor(owner, "c/dir", folder=True)
    page = guest.text()
    assert re.findall("<bdi>([0-9]{4})</bdi>", page) == [f"{at:04}" for at in range(500)]
    [more] = re.findall('rel="next" href="([^"]+)"', page)
    rest = guest.text(unescape(more).removeprefix(guest.place))
    assert re.findall("<bdi>([0-9]{4})</bdi>", rest) == ["0500", "0501"]
    assert 'rel="next"' not in rest
    assert f'<a href="{guest.place}/">From the beginning</a>' in rest
    assert guest.get("/?marker=zzz").status == 200


def test_head_is_as_get_without_a_body(owner: Client) -> None:
    guest = visitor(owner)
    for tail in ("", "?download"):
        got, head = guest.get(tail), guest.ask("HEAD", tail)
        assert (head.status, head.body) == (200, b"")
        assert head["Content-Length"] == str(len(got.body))
        assert head["Content-Type"] == got["Content-Type"]


def test_ranges_and_conditions_work(owner: Client) -> None:
    guest = visitor(owner)
    part = guest.get("?download", Range="bytes=1-3")
    assert (part.status, part.body, part["Content-Range"]) == (206, b"ell", "bytes 1-3/5")
    assert guest.get("?download", Range="bytes=9-").status == 416
    whole = guest.get("?download")
    assert guest.get("?download", If_None_Match=whole["ETag"]).status == 304


@pytest.mark.requirement("F23")
def test_pages_work_without_scripts_and_say_so(owner: Client) -> None:
    owner.put("c/dir/a", b"a")
    locked = visitor(owner, password="x")
    for guest, status in ((visitor(owner), 200), (visitor(owner, "c"), 200), (locked, 401)):
        answer = guest.get()
        assert answer.status == status
        policy = answer["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "script-src" not in policy
        assert "frame-ancestors 'none'" in policy
        assert b"<script" not in answer.body
        assert answer["Referrer-Policy"] == "no-referrer"
        assert answer["X-Robots-Tag"] == "noindex"
        assert b"http://" not in answer.body


def comparable(answer: Answer) -> tuple[int, bytes, list[tuple[str, str]]]:
    return answer.status, answer.body, answer.fields


@pytest.mark.requirement("F23")
def test_whatever_is_wrong_looks_the_same(owner: Client, committed: None) -> None:
    owner.put("c/gone", b"")
    owner.put("d")
    owner.put("d/o", b"")
    unknown = ["x" * 22, "none", "a%01", "a%00"]
    wrong = [Visitor(owner, f"/s/{key}") for key in unknown]
    expired, revoked = visitor(owner), visitor(owner)
    Link.objects.filter(key=expired.place[3:]).update(expires=datetime.now(UTC))
    owner.delete("", links=revoked.place[3:])
    used = visitor(owner, downloads=1)
    assert used.get("?download").status == 200
    absent, closed = visitor(owner, "c/gone"), visitor(owner, "d/o")
    owner.delete("c/gone")
    owner.delete("d/o")
    owner.delete("d", until=9999999999)
    owner.delete("d")
    used.cookies.clear()
    below = Visitor(owner, make_link(owner) + "/below")
    for headers in ({}, {"Accept": "*/*"}):
        told = [
            comparable(guest.get(tail, **headers))
            for guest in (*wrong, expired, revoked, used, absent, closed, below)
            for tail in ("", "?download", "?preview", "?zip")
        ]
        assert {each[0] for each in told} == {404}
        assert all(each == told[0] for each in told)


def test_what_is_deleted_comes_back_with_its_link(owner: Client) -> None:
    guest = visitor(owner)
    owner.delete("c/o")
    assert guest.get().status == 404
    owner.put("c/o", b"again")
    assert guest.get("?download").body == b"again"


def test_the_owner_is_judged_at_each_visit(owner: Client, committed: None) -> None:
    owner.put("c/dir/a", b"a")
    guests = [visitor(owner), visitor(owner, "c/dir", folder=True), visitor(owner, password="x")]
    user = find_user(owner.account)
    suspend(user)
    for guest in guests:
        assert {guest.get(tail).status for tail in ("", "?download", "?zip")} == {404}
        assert guest.give("x").status == 404
    resume(user)
    assert [guest.get().status for guest in guests] == [200, 200, 401]


def test_an_expiry_is_kept(owner: Client, committed: None) -> None:
    guest = visitor(owner, expires=(datetime.now(UTC) + timedelta(hours=1)).isoformat())
    assert guest.get().status == 200
    past = datetime.now(UTC) - timedelta(seconds=1)
    Link.objects.filter(key=guest.place[3:]).update(expires=past)
    assert guest.get().status == 404


@pytest.mark.usefixtures("committed")
def test_a_large_object_shows_what_its_setter_may_read(
    owner: Client, new_user: Callable[[], Client]
) -> None:
    from tests.api.visitors import share, visit

    owner.put("segments")
    owner.put("segments/1", b"one,")
    owner.put("c/whole", b"", {"X-Object-Manifest": "segments/"})
    assert visitor(owner, "c/whole").get("?download").body == b"one,"
    writer = new_user()
    share(owner, "c/o", f"write={writer.account}")
    visit(writer, owner).put("c/o", b"", {"X-Object-Manifest": "segments/"})
    assert visitor(owner, "c/o").get("?download").body == b""  # planted by a writer


def test_programs_are_answered_in_text(owner: Client) -> None:
    answer = owner.raw("GET", "/s/none", headers={"Accept": "*/*"})
    assert (answer.status, answer.body) == (404, b"there is no such link\n")
    place = make_link(owner, password="x")
    locked = owner.raw("GET", f"{place}?download")
    assert (locked.status, locked.body) == (401, b"this link has a password\n")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "COPY", "PATCH"])
def test_other_methods_are_405(owner: Client, method: str) -> None:
    answer = Visitor(owner, make_link(owner)).ask(method, "", b"")
    assert (answer.status, answer["Allow"]) == (405, "GET,HEAD,POST")
    assert owner.get("c/o").body == b"hello"


def test_pages_are_greek_for_who_asks_so(owner: Client) -> None:
    locked = visitor(owner, password="x")
    for guest in (visitor(owner), visitor(owner, "c"), locked, Visitor(owner, "/s/none")):
        english, greek = guest.get(), guest.get(Accept_Language="el-GR,el;q=0.9,en;q=0.5")
        assert b'<html lang="en">' in english.body
        assert b'<html lang="el">' in greek.body
        assert greek["Content-Language"] == "el"
    chosen = locked.get(Cookie="django_language=el")
    assert "Αυτός ο σύνδεσμος έχει κωδικό" in chosen.body.decode()


def test_keys_are_in_no_log() -> None:
    key = "4dGz0HyuT1lcYh8N2xVb3a"
    assert target_without_secrets(f"/s/{key}/a/b?download") == "/s/…/a/b?download"
    assert target_without_secrets("/s/%34dGz?x") == "/s/…?x"
    assert without_secrets(f"GET /s/{key} failed") == "GET /s/… failed"
    assert without_secrets(f"https://store.example/s/{key}.") == "https://store.example/s/…."
    assert target_without_secrets("/v1/a/c/s/notes") == "/v1/a/c/s/notes"


def test_a_path_that_is_no_utf8_is_400(owner: Client) -> None:
    answer = owner.raw("GET", f"{make_link(owner)}/%FF", headers=HTML)
    assert answer.status == 400
    assert b"This request cannot be understood" in answer.body


def test_limits_are_told(owner: Client) -> None:
    guest = visitor(owner, downloads=2, expires="2099-01-01")
    page = guest.text()
    assert "2 downloads are left." in page
    assert "The link ends on 2099-01-01 00:00 UTC." in page
    guest.get("?download")
    greek = guest.get(Accept_Language="el").body.decode()
    assert "Απομένει 1 λήψη." in greek
    assert "Ο σύνδεσμος λήγει στις 2099-01-01 00:00 UTC." in greek
    assert "are left" not in visitor(owner).text()
    assert "1 download is left." in visitor(owner, "c", downloads=1).text()


def test_a_visitor_is_a_stranger_to_the_server(owner: Client, committed: None) -> None:
    """Whose slow transfers are not counted as the owner's, although their rights are used."""
    known: list[str] = []
    place = make_link(owner)
    for path, query in ((place, ""), (place, "download"), (owner.url("c/o"), "")):
        environ = {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "HTTP_X_AUTH_TOKEN": owner.token,
            "server.authenticated": known.append,
        }
        request_context.enter(environ)
        try:
            application(environ, lambda status, _: status)
        finally:
            request_context.leave()
        assert len(known) == path.startswith("/v1/")
