"""Everything for administrators. What actions write is only looked at here: states, seats, days and offers hang together."""

from battles.admin import crews, plans, requests, results, talks

__all__ = ["crews", "plans", "requests", "results", "talks"]
