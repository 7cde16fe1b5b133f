"""How the product's connection to its database is set."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def settings_of_the_database(questions: Sequence[str]) -> list[Any]:
    """The first column of each answer."""
    from django.db import connection

    answers = []
    with connection.cursor() as cursor:
        for question in questions:
            cursor.execute(question)
            answers.append(cursor.fetchone()[0])
    return answers
