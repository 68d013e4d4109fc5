"""Watching the store: what is asked of it, what is logged, which service outside is in trouble.

Plain Python below all other rooms, so that each of them may count, log and ask whose request
it is. What Postgres knows is asked in ``pithos_api/services/``.
"""
