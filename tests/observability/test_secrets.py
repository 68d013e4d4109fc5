import pytest

from observability.redaction import target_without_secrets, without_secrets


@pytest.mark.parametrize(
    "text",
    [
        "X-Auth-Token: S3CRET",
        "X-Storage-Token: S3CRET",
        "X-Storage-Pass: S3CRET",
        "X-Auth-Key: S3CRET",
        "X-Account-Meta-Temp-URL-Key-2: S3CRET",
        "Authorization: Basic S3CRET",
        "Cookie: sessionid=S3CRET; other=S3CRET",
        "{'HTTP_X_AUTH_TOKEN': 'S3CRET', 'HTTP_ACCEPT': 'text/plain'}",
        '{"password": "S3CRET"}',
        "GET /v1/a/c/o?X-Auth-Token=S3CRET&format=json failed",
        "https://example.org/?token=S3CRET",
        "temp_url_sig=S3CRET&temp_url_expires=1",
        "DATABASE password=S3CRET host=db",
    ],
)
def test_what_is_named_like_a_secret_is_left_out(text):
    assert "S3CRET" not in without_secrets(text)
    assert "…" in without_secrets(text)


@pytest.mark.parametrize("text", ["block 00ab is damaged", "a=b: c", "token of bob", "KeyError: 5"])
def test_everything_else_stays(text):
    assert without_secrets(text) == text


@pytest.mark.parametrize(
    ("target", "shown"),
    [
        ("/v1/a/c/o", "/v1/a/c/o"),
        ("/v1/a?format=json&marker=b", "/v1/a?format=json&marker=b"),
        ("/v1/a/c/o?X-Auth-Token=t&limit=5", "/v1/a/c/o?X-Auth-Token=…&limit=5"),
        ("/v1/a/c/o?X%2DAuth%2dToken=t", "/v1/a/c/o?X%2DAuth%2dToken=…"),
        (
            "/v1/a/c/o?temp_url_sig=s&temp_url_expires=1",
            "/v1/a/c/o?temp_url_sig=…&temp_url_expires=1",
        ),
        ("/login?next=/&token=t&renew", "/login?next=/&token=…&renew"),
    ],
)
def test_of_a_target_only_secrets_are_left_out(target, shown):
    assert target_without_secrets(target) == shown
