from tests.api.conftest import api, new_user

__all__ = ["api", "new_user"]
