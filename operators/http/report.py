"""The report for bug tickets: to read, and as a file."""

from django.http import HttpRequest, HttpResponse

from observability.release import VERSION
from operators.http.page import Found, OperatorPage
from operators.services.report import write_report


class ReportPage(OperatorPage):
    """The report, to be read before it is sent."""

    template = "report.html"
    place = "report"

    def get(self, request: HttpRequest, **_names: str | int) -> HttpResponse:
        """200. Other threads are asked, so no transaction is open."""
        return self.page(self.found())

    def found(self) -> Found:
        """Return the report."""
        return {"report": write_report(VERSION)}


class ReportFile(OperatorPage):
    """The same as a text file."""

    def get(self, request: HttpRequest, **_names: str | int) -> HttpResponse:
        """200."""
        answer = HttpResponse(write_report(VERSION), content_type="text/plain; charset=utf-8")
        answer.headers["Content-Disposition"] = 'attachment; filename="pithos-report.txt"'
        return answer
