from __future__ import annotations

import ast

from tests.architecture.source import imports, modules

WRITES = {
    "save",
    "create",
    "update",
    "delete",
    "bulk_create",
    "bulk_update",
    "get_or_create",
    "update_or_create",
    "select_for_update",
}
NOT_ROWS = {"cache"}
WEB = (
    "django.http",
    "django.shortcuts",
    "django.views",
    "django.forms",
    "django.contrib.messages",
    "django_htmx",
    "django_filters",
    "rest_framework",
)


def _writes(tree: ast.Module) -> list[str]:
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [
        call.attr
        for call in calls
        if isinstance(call, ast.Attribute)
        and call.attr in WRITES
        and not (isinstance(call.value, ast.Name) and call.value.id in NOT_ROWS)
    ]


def test_views_and_api_never_write() -> None:
    doors = modules("views", "api", "forms", "filters", "templatetags", "urls", "rules", "planning", "tasks")

    writing = {name: found for name, tree in doors if (found := _writes(tree))}

    assert writing == {}


def test_core_modules_import_nothing_of_the_web() -> None:
    core = modules("models", "states", "rules", "actions", "scores", "planning")

    webby = {name: found for name, tree in core if (found := [x for x in imports(tree) if x.startswith(WEB)])}

    assert webby == {}


def test_matcher_imports_neither_django_nor_rows() -> None:
    foreign = ("django", "rest_framework", "celery", "epo", "volunteers", "factories", "battles.models")

    found = {
        name: hit for name, tree in modules("matcher") if (hit := [x for x in imports(tree) if x.startswith(foreign)])
    }

    assert found == {}


def test_application_code_imports_no_tests() -> None:
    found = {
        name: hit
        for name, tree in modules("battles", "epo", "factories", "volunteers")
        if (hit := [x for x in imports(tree) if x.startswith(("tests", "bench"))])
    }

    assert found == {}


def test_foreign_keys_name_classes_and_only_the_user_by_setting() -> None:
    """import-linter cannot see a foreign key given as text."""
    named_by_text = [
        (name, node.args[0].value)
        for name, tree in modules("models")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"ForeignKey", "OneToOneField", "ManyToManyField"}
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and node.args[0].value != "self"
    ]

    assert named_by_text == []
