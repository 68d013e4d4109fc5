"""What browsers are told about the file browser: scripts are files of this site, and the only ones.

Whatever users keep in the store is shown as an image, as sound, as film, or as text that the page
lays out itself; a PDF in a frame without scripts and without an origin.
"""

from collections.abc import MutableMapping
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
    """Give the script of a worker its policy; whitenoise calls this for each static file."""
    if url.endswith(_WORKER_PATH):
        headers[HEADER] = _WORKER
