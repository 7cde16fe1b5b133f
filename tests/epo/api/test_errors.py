from __future__ import annotations

from rest_framework.exceptions import NotFound

from epo.api.errors import handler
from epo.core.errors import Refusal, Refused


def test_refusal_answers_409_with_code_and_sentence() -> None:
    response = handler(Refused(Refusal("full", "The line is full.")), {})

    assert response is not None
    assert (response.status_code, response.data) == (409, {"code": "full", "detail": "The line is full."})


def test_other_errors_of_the_api_stay_as_they_are() -> None:
    response = handler(NotFound(), {})

    assert response is not None
    assert response.status_code == 404


def test_our_own_mistakes_are_not_hidden() -> None:
    assert handler(ValueError("ours"), {}) is None
