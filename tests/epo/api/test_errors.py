from __future__ import annotations

from rest_framework.exceptions import NotFound, ValidationError

from epo.api.errors import KIND, handler
from epo.core.errors import Refusal, Refused, TooMany


def test_refusal_answers_409_with_code_and_sentence() -> None:
    response = handler(Refused(Refusal("full", "The line is full.")), {})

    assert response is not None
    assert (response.status_code, response.content_type) == (409, KIND)
    assert response.data == {
        "type": "about:blank", "title": "Conflict", "status": 409, "code": "full", "detail": "The line is full.",
    }  # fmt: skip


def test_what_is_wrong_with_fields_stands_in_errors() -> None:
    response = handler(ValidationError({"days": ["too many"]}), {})

    assert response is not None
    assert (response.status_code, response.content_type) == (400, KIND)
    assert (response.data["code"], response.data["errors"]) == ("invalid", {"days": ["too many"]})


def test_too_many_says_when_to_come_again() -> None:
    response = handler(TooMany(7), {})

    assert response is not None
    assert (response.status_code, response["Retry-After"], response.data["wait"]) == (429, "7", 7)


def test_other_errors_have_the_same_shape() -> None:
    response = handler(NotFound(), {})

    assert response is not None
    assert (response.status_code, response.data["code"], response.data["status"]) == (404, "not_found", 404)


def test_our_own_mistakes_are_not_hidden() -> None:
    assert handler(ValueError("ours"), {}) is None
