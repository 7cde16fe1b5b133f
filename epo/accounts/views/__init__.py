from epo.accounts.views.front import about, set_language

__all__ = ["about", "set_language"]
