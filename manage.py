#!/usr/bin/env python
"""The command line: ``manage.py serve`` runs the store, ``manage.py help`` lists the rest."""

import os
import sys

# Commands that answer from code alone and must work where no database can run.
WITHOUT_DATABASE = {"help", "version", "--help", "--version", "check"}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        from settings import postgres  # reads the whole configuration

        if len(sys.argv) > 1 and sys.argv[1] not in WITHOUT_DATABASE:
            postgres.ensure_running()
    except ImproperlyConfigured as error:
        sys.exit(f"manage.py: {error}")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
