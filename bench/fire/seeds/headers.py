"""The phones of those who sign in with a code."""

from __future__ import annotations

from collections.abc import Sequence


def second_steps(*, names: Sequence[str]) -> dict[str, str]:
    """What the program on the phone holds, for each of `names` of whom a code is asked."""
    from epo.accounts import factor, standing
    from epo.accounts.models import User
    from tests.second_step import add_factor

    asked = [
        user for user in User.objects.with_standing().filter(username__in=names) if standing.must_have_factor(user)
    ]
    return {user.username: factor.secret_of(add_factor(user).seed) for user in asked}
