"""Everything that accounts write beyond what Django's own sign-in does."""

from epo.accounts.actions.devices import remember_device, set_language
from epo.accounts.actions.factors import (
    remove_factor,
    renew_recovery_codes,
    reset_factor,
    set_up_factor,
    take_code,
    take_recovery_code,
)
from epo.accounts.actions.passwords import (
    ask_for_password_link,
    choose_password,
    forget_password_links,
    hand_out_password_link,
    send_password_link,
    tell_password_changed,
)
from epo.accounts.actions.sessions import end_other_sessions, end_session, end_sessions

__all__ = [
    "ask_for_password_link",
    "choose_password",
    "end_other_sessions",
    "end_session",
    "end_sessions",
    "forget_password_links",
    "hand_out_password_link",
    "remember_device",
    "remove_factor",
    "renew_recovery_codes",
    "reset_factor",
    "send_password_link",
    "set_language",
    "set_up_factor",
    "take_code",
    "take_recovery_code",
    "tell_password_changed",
]
