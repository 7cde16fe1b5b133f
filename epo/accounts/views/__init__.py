from epo.accounts.views.front import about, home, set_language

__all__ = ["about", "home", "set_language"]
