"""Django's Postgres backend, whose connections may rest between the threads that need them."""
