"""Reports and photos from phones. No account: whoever knows the id that the phone made may send it again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.base import ContentFile
from django.http import UnreadablePostError
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.parsers import BaseParser
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView

from epo.api import throttles
from epo.api.errors import problem, too_big
from epo.api.parsers import read_json
from epo.core.addresses import sender_of
from epo.core.errors import Refused
from factories import actions
from factories.actions import Outcome, Receipt
from factories.actions.photos import MOST_BYTES
from factories.api.serializers import ReportSerializer
from factories.models import BreakdownReport

if TYPE_CHECKING:
    from uuid import UUID

    from rest_framework.request import Request

STATUS = {
    Outcome.STORED: status.HTTP_201_CREATED,
    Outcome.AGAIN: status.HTTP_200_OK,
    Outcome.VARIANT: status.HTTP_202_ACCEPTED,
}


class ManyPhonesOneAddress(throttles.Anonymous):
    """A plant, or a whole mobile carrier, is one address: this only stops a machine gone mad."""

    scope = "reports"
    rate = "6000/min"


class Anonymous(APIView):
    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = (ManyPhonesOneAddress,)
    has_private_answer = True  # and the phone's own id makes a repeat the same


class ReportView(Anonymous):
    """PUT: 201 stored, 200 the same again, 202 other words under that id, kept as well, 400 kept raw, 429 later."""

    takes = ReportSerializer

    def put(self, request: Request, pk: UUID) -> Response:
        try:
            body = bytes(request.body)
        except RequestDataTooBig:
            return too_big()
        except UnreadablePostError:
            return _cut_off()
        said = _read(body)
        serializer = ReportSerializer(data=said)
        if not isinstance(said, dict) or not serializer.is_valid():
            errors = serializer.errors if isinstance(said, dict) else {}
            return _kept_raw(request, body, "unreadable", errors)
        try:
            receipt = actions.receive_report(
                report_id=pk, by=None, sender=sender_of(request), **serializer.validated_data
            )
        except Refused as refused:
            return _kept_raw(request, body, refused.refusal.code, {"detail": [str(refused.refusal)]})
        return Response(_receipt(receipt), STATUS[receipt.outcome])


def _read(body: bytes) -> Any:
    try:
        return read_json(body)
    except ValueError:
        return None


def _receipt(receipt: Receipt) -> dict[str, Any]:
    """A variant's sender learns the number alone: it may be somebody else who came by the id."""
    told: dict[str, Any] = {"number": receipt.report.number}
    if receipt.outcome is Outcome.VARIANT:
        return told | {"kept": "variant"}
    link = reverse("battles:report-status", args=[receipt.report.status_token])
    return told | {"kept": "report", "status_url": settings.SITE_URL + link}


def _kept_raw(request: Request, body: bytes, code: str, errors: dict[str, Any]) -> Response:
    raw = actions.keep_raw(
        path=request.path,
        content_type=request.content_type or "",
        body=body,
        problem=code,
        sender=sender_of(request),
    )
    said = _("This could not be read as a report. It is kept as it came.")
    return problem(status.HTTP_400_BAD_REQUEST, code, said, kept="raw", receipt=raw.key[:8], errors=errors)


def _cut_off() -> Response:
    return problem(status.HTTP_400_BAD_REQUEST, "cut_off", _("It broke off on the way. Send it again."))


class AsSent(BaseParser):
    media_type = "*/*"

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:  # noqa: ARG002 -- the interface
        return bytes(stream.read(MOST_BYTES + 1))


class PhotoView(Anonymous):
    """PUT the file as the body: 201 stored, 200 the same again, 404 before its report, 409 refused."""

    parser_classes = (AsSent,)

    def put(self, request: Request, pk: UUID, photo: UUID) -> Response:
        report = get_object_or_404(BreakdownReport, pk=pk)
        sent = file_sent(request)
        if isinstance(sent, Response):
            return sent
        row, is_new = actions.add_photo(report=report, photo_id=photo, file=ContentFile(sent), by=None)
        told = {"id": str(row.pk), "state": row.state, "problem": row.problem}
        return Response(told, status.HTTP_201_CREATED if is_new else status.HTTP_200_OK)


def file_sent(request: Request) -> bytes | Response:
    """The body, all of it; or what to answer where it is too big or was cut off."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if int(length) > MOST_BYTES:
        return too_big()
    try:
        data: Any = request.data
    except UnreadablePostError:
        data = b""
    return data if isinstance(data, bytes) and len(data) == int(length) else _cut_off()
