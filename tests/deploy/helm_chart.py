"""What Helm makes of the chart, as JSON: in a process of its own, since Helm is a program in Go.

Usage: python -m tests.deploy.helm_chart CHART < values-by-name.json
"""

import json
import sys

import helm_python


def rendered(chart: helm_python.Chart, values: dict[str, object]) -> dict[str, str]:
    """The manifests by file, or "error" with what Helm says against the values."""
    try:
        chart.validate_schema(values)
        return dict(chart.render(values, name="main", namespace="storage"))
    except helm_python.HelmError as error:
        return {"error": str(error)}


def main() -> None:
    place = sys.argv[1]
    cases = json.load(sys.stdin)
    with helm_python.Chart.load(place) as chart:
        found = {name: rendered(chart, values) for name, values in cases.items()}
    json.dump({"lint": helm_python.lint(place), "rendered": found}, sys.stdout, default=str)


if __name__ == "__main__":
    main()
