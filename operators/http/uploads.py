"""What is on its way into the store."""

from typing import Final

from observability import in_flight
from operators.http.page import Found, OperatorPage
from pithos_api.services.operations import usage_reports

ROWS: Final = 20


class UploadsPage(OperatorPage):
    """Bodies that this server receives, and what was sent that no object names yet."""

    template = "uploads.html"
    place = "uploads"

    def found(self) -> Found:
        """Return both."""
        board = in_flight.installed()
        return {
            "uploads": [] if board is None else board.uploads(),
            "unnamed": usage_reports.unnamed_by_user(ROWS),
        }
