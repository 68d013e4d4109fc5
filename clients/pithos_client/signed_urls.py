"""URLs that let anybody read an object for some time, made without asking the store."""

import hmac
import time
from urllib.parse import quote, urlencode, urlsplit

from pithos_client.connection import Connection


def signed_url(connection: Connection, path: tuple[str, str], key: str, seconds: int) -> str:
    """Return such a URL. path: container and object; key: a ``Temp-URL-Key`` of the account.

    A key of the container does, too.
    """
    store = urlsplit(connection.endpoint)
    named = f"{store.path}/AUTH_{connection.account}/{path[0]}/{path[1]}"
    expires = int(time.time()) + seconds
    signed = f"GET\n{expires}\n{named}".encode()
    query = {
        "temp_url_sig": hmac.digest(key.encode(), signed, "sha256").hex(),
        "temp_url_expires": expires,
    }
    return f"{store.scheme}://{store.netloc}{quote(named)}?{urlencode(query)}"
