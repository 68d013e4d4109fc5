"""What browsers are told about the file browser: scripts are files of this site, and the only ones.

Whatever users keep in the store is shown as an image, as sound, as film, or as text that the page
lays out itself; a PDF by the browser's own viewer, in a frame. What is in the frame has an origin
of its own, because the policy that comes with each object says ``sandbox``.
"""

from collections.abc import MutableMapping
from hashlib import sha256
from pathlib import Path
from typing import Final

HEADER: Final = "Content-Security-Policy"
PAGE: Final = (
    "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self';"
    " img-src 'self'; media-src 'self'; connect-src 'self'; frame-src 'self';"
    " base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
# A worker has the policy that its own script came with. WebAssembly hashes where there is no TLS.
_WORKER: Final = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'"
_WORKER_PATH: Final = "files/upload/hash_worker.js"


def add_to_static(headers: MutableMapping[str, str], path: str, url: str) -> None:
    """Give the script of a worker its policy; have scripts and styles asked for at each visit.

    whitenoise calls this for each static file. Scripts name each other without versions, so after
    an upgrade a browser must not take some from memory. The ETag tells the content; it is weak, for
    a proxy that compresses makes it that, and then nobody would know it again.
    """
    if url.endswith(_WORKER_PATH):
        headers[HEADER] = _WORKER
    if url.endswith((".js", ".css")):
        headers["Cache-Control"] = "no-cache"
        headers["ETag"] = f'W/"{sha256(Path(path).read_bytes()).hexdigest()[:32]}"'
