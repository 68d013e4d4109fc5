"""Which release of the store this is."""

from typing import Final

VERSION: Final = "0.1.0"
"""As in pyproject.toml, which is not everywhere that the store runs."""
