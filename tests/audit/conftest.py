from tests.api.conftest import api, box, committed, new_user, server

__all__ = ["api", "box", "committed", "new_user", "server"]
