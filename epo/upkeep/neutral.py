"""All rows as lines of JSON, one file for each table: what any database can be filled from, and compared by.

A table's hash is the sum of the hashes of its rows, so that it does not depend on how a database sorts.
"""

from __future__ import annotations

import hashlib
import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg2
from django.apps import apps
from django.core.management.color import no_style
from django.db import connections, models, transaction
from psycopg2.extras import execute_values

AT_ONCE = 500
MODULUS = 2**256


class MoveError(Exception):
    """What is wrong, as a sentence."""


@dataclass(frozen=True, slots=True)
class Table:
    rows: int
    digest: str


def tables() -> list[type[models.Model]]:
    """Every table of ours and of the libraries', once."""
    every = apps.get_models(include_auto_created=True)
    found = {model._meta.db_table: model for model in every if model._meta.managed and not model._meta.proxy}
    return [found[name] for name in sorted(found)]


def fields_of(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    return [field for field in model._meta.local_concrete_fields if not field.generated]


# Writing and comparing -----------------------------------------------------------------------------------


def write(folder: Path, using: str) -> dict[str, Table]:
    """One file for each table; returns what stands in each."""
    return {model._meta.db_table: _write_one(folder, model, using) for model in tables()}


def measure(using: str) -> dict[str, Table]:
    """What `write` would return, and nothing is written."""
    return {model._meta.db_table: _sum_of(lines(model, using)) for model in tables()}


def _write_one(folder: Path, model: type[models.Model], using: str) -> Table:
    with (folder / f"{model._meta.db_table}.jsonl").open("w", encoding="utf-8") as file:

        def told() -> Iterator[str]:
            for line in lines(model, using):
                file.write(line + "\n")
                yield line

        return _sum_of(told())


def _sum_of(told: Iterator[str]) -> Table:
    rows, total = 0, 0
    for line in told:
        rows += 1
        total += int.from_bytes(hashlib.sha256(line.encode()).digest())
    return Table(rows, f"{total % MODULUS:064x}")


def lines(model: type[models.Model], using: str) -> Iterator[str]:
    names = [field.attname for field in fields_of(model)]
    rows = model._default_manager.using(using).order_by("pk").values(*names)
    for row in rows.iterator(chunk_size=AT_ONCE):
        said = {name: _neutral(value) for name, value in row.items()}
        yield json.dumps(said, ensure_ascii=False, sort_keys=True)


def _neutral(value: Any) -> Any:
    """As text that means the same everywhere; what JSON has itself stays."""
    for kind, say in SAY.items():
        if isinstance(value, kind):
            return say(value)
    return value


SAY: Mapping[Any, Callable[[Any], Any]] = {
    bool: bool,
    datetime: lambda value: value.astimezone(UTC).isoformat(timespec="microseconds"),
    date: lambda value: value.isoformat(),
    timedelta: lambda value: f"{value / timedelta(microseconds=1):.0f}",
    Decimal: lambda value: format(value.normalize() + 0, "f"),
    UUID: str,
    (bytes, memoryview): lambda value: b64encode(bytes(value)).decode(),
}


# Reading -------------------------------------------------------------------------------------------------


@transaction.atomic(using="target")
def read(folder: Path, *, using: str = "target") -> None:
    """Fill a PostgreSQL database that has all tables; what stood in them is gone. Foreign keys are looked at in the end."""
    line = connections[using]
    with line.cursor() as cursor:
        names = ", ".join(line.ops.quote_name(model._meta.db_table) for model in tables())
        cursor.execute(f"TRUNCATE {names}")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        for model in tables():
            _read_one(folder, model, using)
        for sql in line.ops.sequence_reset_sql(no_style(), tables()):
            cursor.execute(sql)


def _read_one(folder: Path, model: type[models.Model], using: str) -> None:
    line, fields = connections[using], fields_of(model)
    columns = ", ".join(line.ops.quote_name(str(field.column)) for field in fields)
    sql = f"INSERT INTO {line.ops.quote_name(model._meta.db_table)} ({columns}) VALUES %s"  # noqa: S608 -- our own tables
    with (folder / f"{model._meta.db_table}.jsonl").open(encoding="utf-8") as file, line.cursor() as cursor:
        while told := list(islice(file, AT_ONCE)):
            rows = [_values(json.loads(one), fields, line) for one in told]
            try:
                execute_values(cursor.cursor, sql, rows, page_size=AT_ONCE)
            except psycopg2.Error as error:
                why = str(error).splitlines()[0][:200]
                raise MoveError(f"PostgreSQL does not take a row of {model._meta.db_table} ({why}).") from None


def _values(said: dict[str, Any], fields: list[models.Field[Any, Any]], line: Any) -> list[Any]:
    return [field.get_db_prep_save(_own(field, said[field.attname]), line) for field in fields]


def _own(field: models.Field[Any, Any], value: Any) -> Any:
    """The value as the field means it; a foreign key means what it points at."""
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    if value is None or isinstance(field, models.JSONField):
        return value
    if isinstance(field, models.BinaryField):
        return b64decode(value)
    if isinstance(field, models.DurationField):
        return timedelta(microseconds=int(value))
    return field.to_python(value)
