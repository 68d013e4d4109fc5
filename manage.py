#!/usr/bin/env python
"""The command line: ``manage.py serve`` runs the store, ``manage.py help`` lists the rest."""

import os
import sys

# Commands that answer from code alone and must work where no database can run.
WITHOUT_DATABASE = {"help", "version", "--help", "--version", "check"}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.db import OperationalError, ProgrammingError

    try:
        from settings import command_line, database  # reads the whole configuration

        if len(sys.argv) > 1 and sys.argv[1] not in WITHOUT_DATABASE:
            database.ensure_running()
        command_line.run(sys.argv)
    except (ImproperlyConfigured, OperationalError, ProgrammingError) as error:
        if "--traceback" in sys.argv:
            raise
        from pithos_api.management.outcomes import reason

        sys.exit(f"manage.py: {reason(error)}")


if __name__ == "__main__":
    main()
