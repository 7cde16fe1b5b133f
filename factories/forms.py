from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from epo.contacts.forms import PhoneField
from epo.core.forms import Chips, OneChip, SentForm
from factories.actions.photos import MOST_PHOTOS
from factories.content import LONGEST_NAME, LONGEST_TEXT, Content, draft_key, tidy
from factories.models import Factory, Label, Machine, MachineKind
from factories.rules import EMPTY
from factories.states import Condition

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.core.files.uploadedfile import UploadedFile

    from epo.places.models import Municipality


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where the reporter stands, as far as the link or the search has told."""

    label: Label | None = None
    machine: Machine | None = None
    factory: Factory | None = None
    municipality: Municipality | None = None

    @property
    def as_content(self) -> dict[str, Any]:
        """The label says it all, but for the machine that was chosen under a plant's label."""
        if self.label is not None:
            chosen = self.machine.pk if self.machine and self.label.factory_id else None
            return {"label": self.label.token, "machine": chosen}
        if self.machine is not None:
            return {"machine": self.machine.pk}
        if self.factory is not None:
            return {"factory": self.factory.pk}
        return {"municipality": self.municipality.code if self.municipality else ""}

    @property
    def as_json(self) -> str:
        """For the script that keeps a report until there is a line."""
        return json.dumps({name: value for name, value in self.as_content.items() if value})

    @property
    def draft_key(self) -> str:
        return draft_key(
            label=self.label.pk if self.label else None,
            factory=self.factory.pk if self.factory else None,
            machine=self.machine.pk if self.machine else None,
            municipality=self.municipality.pk if self.municipality else None,
        )


class ManyFilesInput(forms.FileInput):
    allow_multiple_selected = True
    template_name = "django/forms/widgets/input.html"

    def value_from_datadict(self, _data: Any, files: Any, name: str) -> list[UploadedFile]:
        return list(files.getlist(name)) if hasattr(files, "getlist") else []


class PhotosField(forms.Field):
    """What is no photo is found out later, by the worker: the report comes first."""

    widget = ManyFilesInput

    def clean(self, value: Any) -> list[UploadedFile]:
        return [file for file in value or [] if file.size]


class SameForm(SentForm):
    """ "This is the same breakdown": names the other report by its number."""

    same_as = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)
    field_order = ["id", "same_as", "end"]

    def content(self, spot: Spot) -> Content:
        return Content(same_as=self.cleaned_data["same_as"], **spot.as_content)


class ReportForm(SentForm):
    hide_optional = True
    plant_name = forms.CharField(
        label=_("Name of the plant"),
        max_length=LONGEST_NAME,
        error_messages={"required": _("Write the name of the plant.")},
    )
    machine_name = forms.CharField(
        label=_("Which machine?"),
        required=False,
        max_length=LONGEST_NAME,
        help_text=_("As you call it in the plant."),
    )
    kind = forms.ModelChoiceField(
        MachineKind.objects.all(),
        to_field_name="code",
        label=_("What kind of machine is it?"),
        required=False,
        empty_label=_("I do not know"),
    )
    condition = forms.ChoiceField(
        label=_("How is it?"),
        choices=Condition,
        widget=OneChip,
        error_messages={"required": _("Choose how the machine is.")},
        help_text=_("Dangerous? First switch off, isolate and warn. This is not an emergency service."),
    )
    faults = forms.MultipleChoiceField(label=_("What is wrong?"), widget=Chips, required=False)
    text = forms.CharField(
        label=_("Tell us what happened"),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": None}),
    )
    photos = PhotosField(
        label=_("Photos"), required=False,
        widget=ManyFilesInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )  # fmt: skip
    name = forms.CharField(
        label=_("Your name, if you like"), required=False, max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "name", "data-private": ""}),
    )  # fmt: skip
    phone = PhoneField(label=_("Your phone, if you like"), required=False)
    field_order = [
        "id", "plant_name", "machine_name", "kind", "condition", "faults",
        "text", "photos", "name", "phone", "end",
    ]  # fmt: skip

    def __init__(self, *args: Any, spot: Spot, faults: Sequence[tuple[str, str]] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        self.spot = spot
        if spot.factory is not None:
            del self.fields["plant_name"]
        if spot.machine is not None:
            del self.fields["machine_name"], self.fields["kind"]
        if faults:
            self.fields["faults"].choices = list(faults)  # type: ignore[attr-defined]
        else:
            del self.fields["faults"]
        self.fields["photos"].help_text = _("Up to %(most)s, if you can.") % {"most": MOST_PHOTOS}
        self.fields["text"].widget.attrs.pop("maxlength", None)

    def clean_text(self) -> str:
        return tidy(self.cleaned_data["text"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "text" in cleaned and not cleaned["text"] and not cleaned.get("faults") and "faults" not in self.errors:
            self.add_error("text", EMPTY.message)
        if self.errors and cleaned.get("photos"):
            self.add_error("photos", _("Choose the photos again: the phone does not keep them."))
        return cleaned

    def content(self) -> Content:
        said = self.cleaned_data
        return Content(
            condition=said["condition"],
            faults=tuple(sorted(said.get("faults", ()))),
            text=said["text"],
            plant_name=said.get("plant_name", ""),
            machine_name=said.get("machine_name", ""),
            kind=said["kind"].code if said.get("kind") else "",
            name=said["name"],
            phone=said["phone"],
            **self.spot.as_content,
        )


class SearchForm(forms.Form):
    """State, municipality and plant, one after the other; all of it stands in the address."""

    state = forms.CharField(required=False, max_length=6)
    municipality = forms.CharField(required=False, max_length=80)
    q = forms.CharField(required=False, max_length=80)
