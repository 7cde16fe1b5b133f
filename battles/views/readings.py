"""The signed link of a follow-up. Without account; GET changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from battles.actions.results import record_follow_up
from battles.forms.results import ReadingForm
from battles.reading_links import follow_up_of
from epo.core.errors import Refused

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

PAGE = "battles/battle/reading.html"


# The token is the whole authority and no session is looked at, as with the links of offers.
@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def reading_link(request: HttpRequest, token: str) -> HttpResponse:
    """The same POST again, or after somebody else answered, shows the reading that stands."""
    follow_up = follow_up_of(token)
    if follow_up is None:
        raise Http404
    if follow_up.reading is not None:
        return render(request, PAGE, {"follow_up": follow_up})
    form = ReadingForm(request.POST if request.method == "POST" else None, follow_up=follow_up)
    if form.is_bound and form.is_valid():
        try:
            record_follow_up(follow_up=follow_up, by=None, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused.refusal))
        else:
            return redirect("battles:reading-link", token=token)
    return render(request, PAGE, {"follow_up": follow_up, "form": form})
