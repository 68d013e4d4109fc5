"""Where log lines go: one stream, standard error, in one form."""


def configuration(form: str, level: str) -> dict[str, object]:
    """Return Django's LOGGING. form: ``text`` or ``json``."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "text": {"()": "observability.logs.TextFormatter"},
            "json": {"()": "observability.logs.JSONFormatter"},
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": form}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # Without Django's own handlers, which would log a second time in another form.
            "django": {"handlers": [], "propagate": True},
            "django.server": {"handlers": [], "propagate": True},
            "django.request": {"level": "ERROR"},  # else each 404 of a guessed page is a line
            "django.security.DisallowedHost": {"level": "CRITICAL"},  # anybody may send any Host
        },
    }
