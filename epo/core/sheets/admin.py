"""Files taken in by the administration: sent, looked at, and only then written. django-import-export leads the way.

Between the look and the writing the file is kept by the page itself, packed and signed, not on the server: phones of
people lie in no temporary folder, and any web server can go on.
"""

from __future__ import annotations

import base64
import binascii
import zlib
from datetime import timedelta
from operator import itemgetter
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.signing import BadSignature, TimestampSigner
from django.http import Http404
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export.admin import ImportMixin
from import_export.formats.base_formats import Format
from import_export.forms import ImportForm
from import_export.resources import Resource
from import_export.results import Error, InvalidRow, Result, RowResult
from import_export.tmp_storages import BaseStorage
from tablib import Dataset

from epo.core.http import when_sure
from epo.core.sheets.layout import BadLines
from epo.core.sheets.reading import MOST_BYTES, Line, Unreadable, read
from epo.core.sheets.writing import TYPES, Column, download

if TYPE_CHECKING:
    from django.http import FileResponse, HttpRequest, HttpResponse
    from django.urls import URLPattern

    from epo.core.sheets.importer import Importer
    from epo.core.sheets.layout import Summary

SIGNER = TimestampSigner(salt="epo.core.sheets")
KEPT_FOR = timedelta(hours=1)
MOST_PACKED = 2_000_000
TOO_LARGE = gettext_lazy("The file is too large for this page. Send it in parts, or use the command line.")
LOST = gettext_lazy("The file that was looked at is no longer there. Send it again.")
SHOWN = 200


def packed(data: bytes) -> str:
    return SIGNER.sign(base64.urlsafe_b64encode(zlib.compress(data, 9)).decode())


def unpacked(text: str) -> bytes:
    try:
        compressed = base64.urlsafe_b64decode(SIGNER.unsign(text, max_age=KEPT_FOR))
        return zlib.decompressobj().decompress(compressed, MOST_BYTES + 1)
    except (BadSignature, binascii.Error, zlib.error):
        raise Unreadable(LOST) from None


class InThePage(BaseStorage):
    """The file's name is the file."""

    def save(self, data: bytes) -> None:
        self.name = packed(data)

    def read(self) -> bytes:
        return unpacked(self.name)

    def remove(self) -> None:
        """Nothing was kept."""


class Sheet(Dataset):
    """Knows the numbers of its lines."""

    lines: list[Line]


class AnySheet(Format):
    """CSV or XLSX: found out by what is in the file, not by its name."""

    def __init__(self, encoding: str | None = None) -> None:
        self.encoding = encoding

    def get_title(self) -> str:
        return "CSV, XLSX"

    def create_dataset(self, in_stream: bytes) -> Sheet:
        lines = read(in_stream)
        width = len(lines[0].cells)
        sheet = Sheet(headers=list(lines[0].cells))
        for line in lines[1:]:
            sheet.append([*line.cells, *[""] * width][:width])
        sheet.lines = lines
        return sheet


class SheetResource(Resource):
    """What a file does is worked out for all of its lines together, by the importer; nothing is written line by line."""

    importer: ClassVar[Importer]

    @classmethod
    def get_display_name(cls) -> str:
        return str(cls.importer.title)

    def import_data(self, dataset: Sheet, *, dry_run: bool = False, user: Any = None, **_more: Any) -> Result:
        result = Result()
        try:
            summary = self.importer.look(dataset.lines) if dry_run else self.importer.take(dataset.lines, by=user)
        except Unreadable as error:
            result.append_base_error(Error(error.reason))
            return result
        except BadLines as error:
            for problem in error.problems:
                result.invalid_rows.append(InvalidRow(problem.line, ValidationError(str(problem)), ()))
            return result
        self._tell(result, summary)
        return result

    def _tell(self, result: Result, summary: Summary) -> None:
        result.summary = summary
        result.total_rows = len(summary.changes)
        result.totals[RowResult.IMPORT_TYPE_NEW] = summary.new
        result.totals[RowResult.IMPORT_TYPE_UPDATE] = summary.changed
        result.totals[RowResult.IMPORT_TYPE_SKIP] = summary.same
        for problem in summary.problems:
            result.invalid_rows.append(InvalidRow(problem.line, ValidationError(str(problem)), ()))


class SheetForm(ImportForm):
    """A file, of whatever of the two formats."""

    def __init__(self, *said: Any, **more: Any) -> None:
        super().__init__(*said, **more)
        self.fields["import_file"].label = gettext_lazy("File (CSV or XLSX)")
        self.fields["import_file"].widget.attrs["accept"] = ".csv,.tsv,.txt,.xlsx"
        self.fields["format"] = forms.CharField(widget=forms.HiddenInput, required=False)
        self.fields["resource"] = forms.CharField(widget=forms.HiddenInput, required=False)

    @property
    def media(self) -> forms.Media:
        return forms.Media()

    def clean_format(self) -> str:
        return "0"

    def clean_resource(self) -> str:
        return "0"

    def clean_import_file(self) -> Any:
        file = self.cleaned_data["import_file"]
        if file.size > MOST_BYTES or len(packed(file.read())) > MOST_PACKED:
            raise ValidationError(TOO_LARGE)
        file.seek(0)
        return file


class ImportsSheets(ImportMixin):
    """For an admin of rows that come from files. Who may add and change them may import them."""

    importer: ClassVar[Importer]
    import_form_class = SheetForm
    import_template_name = "admin/imports/import.html"
    import_export_change_list_template = "admin/imports/change_list.html"
    tmp_storage_class = InThePage
    skip_admin_log = True

    def get_import_formats(self) -> list[type[Format]]:
        return [AnySheet]

    def get_import_resource_classes(self, _request: HttpRequest) -> list[type[SheetResource]]:
        return [type("ItsResource", (SheetResource,), {"importer": self.importer})]

    def has_import_permission(self, request: HttpRequest) -> bool:
        return self.has_add_permission(request) and self.has_change_permission(request)

    def get_urls(self) -> list[URLPattern]:
        name = "{}_{}_import_example".format(*self.get_model_info())
        example = path("import/<slug:kind>/", self.admin_site.admin_view(self.example), name=name)
        urls = super().get_urls()
        return [*urls[:2], example, *urls[2:]]

    def get_import_context_data(self, **more: Any) -> dict[str, Any]:
        info = self.get_model_info()
        examples = [(kind.upper(), reverse("admin:{}_{}_import_example".format(*info), args=[kind])) for kind in TYPES]
        return {
            "importer": self.importer,
            "columns": self.importer.fields(),
            "examples": examples,
            "shown": SHOWN,
            **more,
        }

    @when_sure
    def import_action(self, request: HttpRequest, **more: Any) -> HttpResponse:
        return super().import_action(request, **more)

    @when_sure
    def process_import(self, request: HttpRequest, **more: Any) -> HttpResponse:
        try:
            return super().process_import(request, **more)
        except Unreadable as error:
            return self._again(request, str(error.reason))

    def process_result(self, result: Result, request: HttpRequest) -> HttpResponse:
        """What was fine when it was looked at may be so no longer."""
        wrong = [str(one.error) for one in result.base_errors] + [one.error.messages[0] for one in result.invalid_rows]
        return self._again(request, "; ".join(wrong[:3])) if wrong else super().process_result(result, request)

    def _again(self, request: HttpRequest, reason: str) -> HttpResponse:
        messages.error(request, _("Nothing was written. %(reason)s") % {"reason": reason})
        return redirect("admin:{}_{}_import".format(*self.get_model_info()))

    def add_success_message(self, result: Result, request: HttpRequest) -> None:
        summary: Summary = result.summary
        counts = {"new": summary.new, "changed": summary.changed, "same": summary.same}
        messages.success(request, _("Done: %(new)s new, %(changed)s changed, %(same)s as they were.") % counts)

    def add_data_read_fail_error_to_form(self, form: Any, error: Exception) -> None:
        if not isinstance(error, Unreadable):
            raise error
        form.add_error("import_file", str(error.reason))

    def example(self, request: HttpRequest, kind: str) -> FileResponse:
        """A file to fill in: the columns, and a line that shows how."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        if kind not in TYPES:
            raise Http404
        head, line = self.importer.example()
        columns = [Column(title, itemgetter(at)) for at, title in enumerate(head)]
        return download(self.importer.name, kind, columns, [line])
