from tests.api.conftest import api, box, committed, new_user

__all__ = ["api", "box", "committed", "new_user"]
