"""Builders: each makes one valid row with as little as possible said, and makes what it needs."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django.utils.timezone import now

from battles.impact import impact, written
from battles.models import (
    Agreement,
    Battle,
    BattleRequest,
    ChecklistStep,
    CrewDay,
    Demand,
    Departure,
    DiaryEntry,
    Finding,
    FollowUp,
    LineResult,
    MatchingRun,
    MatchingSettings,
    MissedAction,
    Need,
    Offer,
    OutputCorrection,
    OwnRepair,
    Pin,
    PlantDecision,
    PlantLink,
    PublicFigures,
    RepairRequest,
    RequestReport,
    Seat,
    Talk,
    UsualDemand,
    VoiceHeard,
    WorkPhoto,
)
from battles.states import HOLDS_SEAT, BattleState, OfferState, PinKind, RunState, Voice
from epo.accounts import factor as second_step
from epo.accounts import tokens
from epo.accounts.models import (
    AccessToken,
    CalendarKey,
    CoordinatorPost,
    Factor,
    KnownDevice,
    OpenSession,
    PasswordLink,
    RecoveryCode,
    User,
)
from epo.accounts.standing import standing_of
from epo.audit.models import AuditEvent
from epo.contacts.models import Contact, ContactView
from epo.core.clock import today
from epo.core.text import fold
from epo.notifications.models import Notification, Preference, Received, TelegramLink
from epo.places.models import Municipality, Region, State
from epo.upkeep.models import Backup, SanityRun
from epo.work.models import Allowance, Heartbeat, PeriodicRun, ReceivedAction, Watch
from factories.models import (
    BreakdownReport,
    CommonFault,
    Factory,
    Label,
    Line,
    Machine,
    MachineKind,
    MachineModel,
    MachineStatus,
    Membership,
    OutputReading,
    Photo,
    RawIntake,
    ReportVariant,
    Sector,
)
from factories.states import Condition, MemberRole
from volunteers.models import (
    Absence,
    Application,
    ApplicationTrade,
    Certificate,
    Endorsement,
    Qualification,
    Trade,
    Volunteer,
)

count = itertools.count(1)


# Places and accounts


def make_region(code: str = "") -> Region:
    code = code or f"region-{next(count)}"
    return Region.objects.get_or_create(code=code, defaults={"name": code.title()})[0]


def make_state(region: Region | None = None, **fields: Any) -> State:
    n = next(count)
    name = fields.pop("name", f"Estado {n}")
    return State.objects.create(region=region or make_region(), code=f"V{n}", name=name, folded=fold(name), **fields)


def make_municipality(state: State | None = None, *, region: Region | None = None, **fields: Any) -> Municipality:
    n = next(count)
    name = fields.pop("name", f"Municipio {n}")
    fields = {"code": f"m-{n}", "seat": name, "lat": 10.5, "lon": -66.9} | fields
    return Municipality.objects.create(
        state=state or make_state(region), name=name, folded=fold(name, fields["seat"]), **fields
    )


def make_user(username: str = "", **fields: Any) -> User:
    username = username or f"user-{next(count)}"
    return User.objects.create_user(username, fields.pop("password", "secret-word"), **fields)


def make_known_device(user: User | None = None, **fields: Any) -> KnownDevice:
    fields = {"device": f"{next(count):064}", "fingerprint": "0" * 64} | fields
    return KnownDevice.objects.create(user=user or make_user(), **fields)


def make_factor(user: User | None = None, **fields: Any) -> Factor:
    return Factor.objects.create(user=user or make_user(), **{"seed": second_step.new_seed()} | fields)


def make_recovery_code(user: User | None = None, code: str = "", **fields: Any) -> RecoveryCode:
    user = user or make_user()
    hashed = second_step.recovery_hash(user.pk, code or second_step.new_recovery_codes()[0])
    return RecoveryCode.objects.create(user=user, **{"hashed": hashed} | fields)


def make_open_session(user: User | None = None, **fields: Any) -> OpenSession:
    fields = {"hashed": f"{next(count):064}", "data": "", "expires_at": now() + timedelta(days=1)} | fields
    return OpenSession.objects.create(user=user or make_user(), **fields)


def make_password_link(user: User | None = None, **fields: Any) -> PasswordLink:
    return PasswordLink.objects.create(user=user or make_user(), **fields)


def make_access_token(user: User | None = None, secret: str = "", **fields: Any) -> AccessToken:
    """`secret` is what the program shows."""
    user = user or make_user()
    fields = {"name": "programa", "scopes": list(tokens.SCOPES), "standing": standing_of(user)} | fields
    fields.setdefault("expires_at", now() + timedelta(days=90))
    return AccessToken.objects.create(user=user, hashed=tokens.hashed(secret or tokens.new_secret()), **fields)


def make_calendar_key(user: User | None = None, **fields: Any) -> CalendarKey:
    return CalendarKey.objects.create(user=user or make_user(), **{"key": f"{next(count):043}"} | fields)


def make_coordinator_post(user: User | None = None, region: Region | None = None, **fields: Any) -> CoordinatorPost:
    return CoordinatorPost.objects.create(user=user or make_user(), region=region, **fields)


def make_coordinator(region: Region | None = None, **fields: Any) -> User:
    """Of one region, or (without region) of the nation."""
    return make_coordinator_post(make_user(**fields), region).user


def make_contact(**fields: Any) -> Contact:
    n = next(count)
    return Contact.objects.create(
        **{"name": f"Persona {n}", "phone": f"+58412{5_550_000 + n}", "email": f"p{n}@example.org"} | fields
    )


def make_contact_view(**fields: Any) -> ContactView:
    return ContactView.objects.create(**{"contact": make_contact(), "by": make_user(), "reason": "crew"} | fields)


def make_preference(contact: Contact | None = None, **fields: Any) -> Preference:
    return Preference.objects.create(contact=contact or make_contact(), **fields)


def make_notification(contact: Contact | None = None, **fields: Any) -> Notification:
    fields = {"kind": "test", "key": f"key-{next(count)}"} | fields
    return Notification.objects.create(contact=contact or make_contact(), **fields)


def make_telegram_link(contact: Contact | None = None, **fields: Any) -> TelegramLink:
    return TelegramLink.objects.create(contact=contact or make_contact(), **{"chat": str(next(count))} | fields)


def make_received(**fields: Any) -> Received:
    return Received.objects.create(**{"provider_id": f"id-{next(count)}", "sender": "+584141112233"} | fields)


def make_audit_event(**fields: Any) -> AuditEvent:
    return AuditEvent.objects.create(**{"kind": "test", "about_type": "test", "about_id": "1"} | fields)


def make_watch(**fields: Any) -> Watch:
    return Watch.objects.create(pk=1, **{"seen_at": now()} | fields)


# Volunteers


def make_trade(code: str = "welding", **fields: Any) -> Trade:
    fields = {"name_es": code, "name_en": code, "isco": "7212", "folded": code} | fields
    return Trade.objects.get_or_create(code=code, defaults=fields)[0]


def make_volunteer(trade: str = "", level: int = 3, **fields: Any) -> Volunteer:
    """With `trade`, qualified in it; with a user unless `user=None` is said."""
    name = fields.pop("name", f"Voluntaria {next(count)}")
    user = fields.pop("user") if "user" in fields else make_user(name=name)
    contact = fields.pop("contact", None) or make_contact(name=name, user=user, birth_year=1985)
    home = fields.pop("home", None) or make_municipality()
    volunteer = Volunteer.objects.create(name=name, folded=fold(name), user=user, contact=contact, home=home, **fields)
    if trade:
        make_qualification(volunteer, make_trade(trade), level=level)
    return volunteer


def make_qualification(volunteer: Volunteer | None = None, trade: Trade | None = None, **fields: Any) -> Qualification:
    return Qualification.objects.create(
        volunteer=volunteer or make_volunteer(), trade=trade or make_trade(), **{"level": 3} | fields
    )


def make_absence(volunteer: Volunteer | None = None, first: date | None = None, last: date | None = None) -> Absence:
    first = first or today()
    return Absence.objects.create(volunteer=volunteer or make_volunteer(), first_day=first, last_day=last or first)


def make_application(contact: Contact | None = None, **fields: Any) -> Application:
    """Waiting; with `state`, decided by somebody."""
    fields = {"id": uuid4(), "home": fields.pop("home", None) or make_municipality(), "consent": "2026-11"} | fields
    if fields.get("state", "waiting") != "waiting":
        fields = {"decided_at": now(), "decided_by": fields.pop("decided_by", None) or make_user()} | fields
    return Application.objects.create(contact=contact or make_contact(), **fields)


def make_application_trade(
    application: Application | None = None, trade: Trade | None = None, **fields: Any
) -> ApplicationTrade:
    return ApplicationTrade.objects.create(
        application=application or make_application(), trade=trade or make_trade(), **{"level": 2} | fields
    )


def make_endorsement(
    qualification: Qualification | None = None, peer: Volunteer | None = None, **fields: Any
) -> Endorsement:
    of = qualification or make_qualification()
    fields = {
        "volunteer": of.volunteer,
        "trade": of.trade,
        "level": of.level,
        "peer": peer or make_volunteer(),
    } | fields
    if fields.get("state", "asked") != "asked":
        fields = {"answered_at": now()} | fields
    return Endorsement.objects.create(**fields)


def make_certificate(volunteer: Volunteer | None = None, trade: Trade | None = None, **fields: Any) -> Certificate:
    fields = {
        "level": 3, "number": f"INCES-{next(count)}", "issuer": "INCES", "issued_on": today() - timedelta(100),
        "added_by": fields.pop("added_by", None) or make_user(),
    } | fields  # fmt: skip
    if fields.get("state", "waiting") != "waiting":
        fields = {"checked_at": now(), "checked_by": make_user()} | fields
    return Certificate.objects.create(volunteer=volunteer or make_volunteer(), trade=trade or make_trade(), **fields)


# Plants


def make_sector(code: str = "food", **fields: Any) -> Sector:
    fields = {"name_es": code, "name_en": code, "weight": 10} | fields
    return Sector.objects.get_or_create(code=code, defaults=fields)[0]


def make_factory(*, region: Region | None = None, run_by: User | None = None, **fields: Any) -> Factory:
    name = fields.pop("name", f"Planta {next(count)}")
    municipality = fields.pop("municipality", None) or make_municipality(region=region)
    sector = fields.pop("sector", None) or make_sector()
    factory = Factory.objects.create(name=name, folded=fold(name), municipality=municipality, sector=sector, **fields)
    if run_by is not None:
        make_membership(factory, run_by, role=MemberRole.MANAGER)
    return factory


def make_membership(factory: Factory | None = None, user: User | None = None, **fields: Any) -> Membership:
    return Membership.objects.create(factory=factory or make_factory(), user=user or make_user(), **fields)


def make_line(factory: Factory | None = None, **fields: Any) -> Line:
    fields = {"product": f"producto {next(count)}", "unit": "t", "nominal": 100, "current": 0} | fields
    return Line.objects.create(factory=factory or make_factory(), **fields)


def make_output_reading(line: Line | None = None, **fields: Any) -> OutputReading:
    return OutputReading.objects.create(line=line or make_line(), **{"day": today(), "amount": 10} | fields)


def make_machine_kind(code: str = "oven", **fields: Any) -> MachineKind:
    fields = {"name_es": code, "name_en": code, "folded": code} | fields
    return MachineKind.objects.get_or_create(code=code, defaults=fields)[0]


def make_common_fault(kind: MachineKind | None = None, **fields: Any) -> CommonFault:
    code = fields.pop("code", f"fault-{next(count)}")
    return CommonFault.objects.create(
        kind=kind or make_machine_kind(), code=code, **{"name_es": code, "name_en": code} | fields
    )


def make_machine_model(kind: MachineKind | None = None, **fields: Any) -> MachineModel:
    fields = {"maker": "Hecho en casa", "name": f"M{next(count)}"} | fields
    return MachineModel.objects.create(kind=kind or make_machine_kind(), **fields)


def make_machine(factory: Factory | None = None, **fields: Any) -> Machine:
    name = fields.pop("name", f"Horno {next(count)}")
    kind = fields.pop("kind", None) or make_machine_kind()
    return Machine.objects.create(factory=factory or make_factory(), name=name, folded=fold(name), kind=kind, **fields)


def make_label(machine: Machine | None = None, *, factory: Factory | None = None, **fields: Any) -> Label:
    n = next(count)
    machine = machine or (None if factory else make_machine())
    return Label.objects.create(
        machine=machine, factory=factory, **{"token": f"token-{n}", "number": 1000 + n} | fields
    )


def make_machine_status(machine: Machine | None = None, **fields: Any) -> MachineStatus:
    return MachineStatus.objects.create(machine=machine or make_machine(), **{"state": Condition.STOPPED} | fields)


def make_breakdown_report(machine: Machine | None = None, **fields: Any) -> BreakdownReport:
    n = next(count)
    if machine is None and "factory" not in fields and "plant_name" not in fields:
        machine = make_machine()
    if machine is not None:
        fields = {"factory": machine.factory, "kind": machine.kind} | fields
    text = fields.setdefault("text", "no enciende")
    fields = {
        "number": 100_000 + n,
        "content_hash": f"{n:064}",
        "condition": Condition.STOPPED,
        "folded": fold(text),
    } | fields
    return BreakdownReport.objects.create(machine=machine, **fields)


make_report = make_breakdown_report


def make_report_variant(report: BreakdownReport | None = None, **fields: Any) -> ReportVariant:
    fields = {"content_hash": f"{next(count):064}", "body": {"text": "otra cosa"}} | fields
    return ReportVariant.objects.create(report=report or make_report(), **fields)


def make_raw_intake(**fields: Any) -> RawIntake:
    fields = {"key": f"{next(count):064}", "path": "/r/x", "body": b"???", "problem": "unreadable"} | fields
    return RawIntake.objects.create(**fields)


def make_photo(report: BreakdownReport | None = None, **fields: Any) -> Photo:
    return Photo.objects.create(report=report or make_report(), **{"content_hash": f"{next(count):064}"} | fields)


def make_talk(machine: Machine | None = None, **fields: Any) -> Talk:
    """Just begun; with `is_draft`, left half told."""
    if machine is not None:
        fields = {"factory": machine.factory} | fields
    fields = {"way": "sms", "sender": f"{next(count):032}", "said": {"text": ["no prende"]}} | fields
    if fields.get("is_draft"):
        fields = {"ended_at": now()} | fields
    return Talk.objects.create(machine=machine, **fields)


# Requests


def make_usual_demand(kind: MachineKind | None = None, trade: Trade | None = None, **fields: Any) -> UsualDemand:
    fields = {"level": 2, "people": 1, "days": 3} | fields
    return UsualDemand.objects.create(kind=kind or make_machine_kind(), trade=trade or make_trade(), **fields)


def make_repair_request(machine: Machine | None = None, **fields: Any) -> RepairRequest:
    if machine is None and "factory" not in fields:
        machine = make_machine()
    if machine is not None:
        fields = {"factory": machine.factory, "title": machine.name} | fields
    return RepairRequest.objects.create(machine=machine, **{"title": f"Avería {next(count)}"} | fields)


make_request = make_repair_request


def make_request_report(request: RepairRequest | None = None, report: BreakdownReport | None = None) -> RequestReport:
    request = request or make_request()
    return RequestReport.objects.create(request=request, report=report or make_report(request.machine))


def make_demand(request: RepairRequest | None = None, trade: Trade | None = None, **fields: Any) -> Demand:
    fields = {"level": 2, "people": 1, "days": 3} | fields
    return Demand.objects.create(request=request or make_request(), trade=trade or make_trade(), **fields)


def make_need(request: RepairRequest | None = None, **fields: Any) -> Need:
    return Need.objects.create(request=request or make_request(), **{"what": "rodamiento"} | fields)


def make_plant_decision(factory: Factory | None = None, **fields: Any) -> PlantDecision:
    fields = {
        "position": next(count),
        "why": "porque sí",
        "by": fields.pop("by", None) or make_coordinator(),
    } | fields
    return PlantDecision.objects.create(factory=factory or make_factory(), **fields)


# Battles


def make_battle(factory: Factory | None = None, **fields: Any) -> Battle:
    """A repair battle of five days that begins in twenty days; `draft` unless said."""
    fields = {"title": f"Batalla {next(count)}", "days": 5} | fields
    fields.setdefault("first_day", today() + timedelta(days=20))
    if fields.get("state") in (BattleState.CLOSED, BattleState.CALLED_OFF):
        fields.setdefault("ended_at", now())
    return Battle.objects.create(factory=factory or make_factory(), **fields)


def make_battle_request(
    battle: Battle | None = None, request: RepairRequest | None = None, **fields: Any
) -> BattleRequest:
    battle = battle or make_battle()
    request = request or make_request(make_machine(battle.factory))
    return BattleRequest.objects.create(battle=battle, request=request, **fields)


def make_agreement(battle: Battle | None = None, **fields: Any) -> Agreement:
    if "waived_reason" not in fields:
        fields.setdefault("agreed_on", today())
    return Agreement.objects.create(battle=battle or make_battle(), **fields)


def make_plant_link(battle: Battle | None = None, **fields: Any) -> PlantLink:
    fields.setdefault("expires_at", now() + timedelta(days=30))
    return PlantLink.objects.create(battle=battle or make_battle(state=BattleState.CLOSED), **fields)


def make_seat(battle: Battle | None = None, trade: Trade | None = None, **fields: Any) -> Seat:
    """For the whole of the battle unless `first_offset` or `last_offset` is said."""
    battle = battle or make_battle()
    fields = {"level": 2, "last_offset": battle.days - 1} | fields
    return Seat.objects.create(battle=battle, trade=trade or make_trade(), **fields)


def make_departure(battle: Battle | None = None, **fields: Any) -> Departure:
    fields = {"place": "Terminal", "at": now() + timedelta(days=19)} | fields
    return Departure.objects.create(battle=battle or make_battle(), **fields)


def make_voice_heard(battle: Battle | None = None, **fields: Any) -> VoiceHeard:
    fields = {"voice": Voice.WORKERS, "said": "falta gas"} | fields
    return VoiceHeard.objects.create(battle=battle or make_battle(kind="diagnosis"), **fields)


def make_finding(battle: Battle | None = None, **fields: Any) -> Finding:
    return Finding.objects.create(battle=battle or make_battle(kind="diagnosis"), **{"what": "horno apagado"} | fields)


def make_offer(
    seat: Seat | None = None,
    volunteer: Volunteer | None = None,
    state: OfferState = OfferState.ASKED,
    **fields: Any,
) -> Offer:
    """For the line of `seat`; a state that holds a seat holds that one, without its days (see `make_crew_day`)."""
    seat = seat or make_seat(make_battle(state=BattleState.ASKING))
    volunteer = volunteer or make_volunteer(seat.trade.code, level=seat.level)
    if state not in (OfferState.PROPOSED, OfferState.DROPPED):
        fields = {"asked_at": now(), "deadline": now() + timedelta(hours=48)} | fields
    if state in HOLDS_SEAT:
        fields = {"seat": seat, "answered_at": now()} | fields
    return Offer.objects.create(
        battle=seat.battle, volunteer=volunteer, trade=seat.trade, level=seat.level, first_offset=seat.first_offset,
        last_offset=seat.last_offset, seat_kind=seat.kind, state=state, **fields,
    )  # fmt: skip


def make_crew_day(offer: Offer | None = None, day: date | None = None, **fields: Any) -> CrewDay:
    offer = offer or make_offer(state=OfferState.ACCEPTED)
    return CrewDay.objects.create(offer=offer, volunteer=offer.volunteer, day=day or offer.first_day, **fields)


def make_pin(battle: Battle | None = None, volunteer: Volunteer | None = None, **fields: Any) -> Pin:
    fields = {"kind": PinKind.IN} | fields
    return Pin.objects.create(battle=battle or make_battle(), volunteer=volunteer or make_volunteer(), **fields)


def make_matching_run(**fields: Any) -> MatchingRun:
    return MatchingRun.objects.create(**{"state": RunState.WAITING} | fields)


def make_matching_settings(**fields: Any) -> MatchingSettings:
    return MatchingSettings.objects.create(pk=1, **fields)


def make_diary_entry(battle: Battle | None = None, **fields: Any) -> DiaryEntry:
    return DiaryEntry.objects.create(battle=battle or make_battle(), **{"text": "se desmontó el quemador"} | fields)


def make_line_result(battle: Battle | None = None, line: Line | None = None, **fields: Any) -> LineResult:
    battle = battle or make_battle()
    return LineResult.objects.create(battle=battle, line=line or make_line(battle.factory), **fields)


def make_follow_up(battle: Battle | None = None, line: Line | None = None, **fields: Any) -> FollowUp:
    battle = battle or make_battle(state=BattleState.CLOSED)
    fields = {"after_days": 30, "due_on": today()} | fields
    return FollowUp.objects.create(battle=battle, line=line or make_line(battle.factory), **fields)


def make_output_correction(result: LineResult | None = None, **fields: Any) -> OutputCorrection:
    result = result or make_line_result(before=0, after=14)
    said = {"before": result.before, "after": 12, "was_before": result.before, "was_after": result.after}
    return OutputCorrection.objects.create(result=result, **said | {"said_by": "delegada"} | fields)


def make_public_figures(**fields: Any) -> PublicFigures:
    return PublicFigures.objects.create(pk=1, **{"document": written(impact()), "made_at": now()} | fields)


def make_own_repair(factory: Factory | None = None, **fields: Any) -> OwnRepair:
    return OwnRepair.objects.create(factory=factory or make_factory(), **{"what": "molino"} | fields)


def make_heartbeat(**fields: Any) -> Heartbeat:
    return Heartbeat.objects.create(**{"name": f"worker-{next(count)}"} | fields)


def make_allowance(**fields: Any) -> Allowance:
    return Allowance.objects.create(**{"key": f"{next(count):064}", "used_until": 0} | fields)


def make_periodic_run(**fields: Any) -> PeriodicRun:
    return PeriodicRun.objects.create(**{"job": "night", "period": f"night {next(count)}"} | fields)


def make_received_action(**fields: Any) -> ReceivedAction:
    n = next(count)
    fields = {"client_id": f"client-{n}", "kind": "offer.accept", "body_hash": f"{n:064}"} | fields
    return ReceivedAction.objects.create(**fields)


def make_backup(**fields: Any) -> Backup:
    return Backup.objects.create(**fields)


def make_sanity_run(**fields: Any) -> SanityRun:
    return SanityRun.objects.create(**fields)


def make_missed_action(battle: Battle | None = None, **fields: Any) -> MissedAction:
    """Of a battle, unless a plant is said."""
    if "factory" not in fields:
        battle = battle or make_battle()
        fields["factory"] = battle.factory
    if "received" not in fields:
        answer = {"code": "not_under_way", "detail": "No se pudo."}
        intent = {"about": {}, "said": fields.pop("said", {"text": "x"})}
        received = {"by": fields.pop("by", None) or make_user(), "intent": intent, "answer": answer}
        fields["received"] = make_received_action(kind="battle.diary", status=409, answered_at=now(), **received)
    return MissedAction.objects.create(battle=battle, **fields)


def make_checklist_step(kind: MachineKind | None = None, **fields: Any) -> ChecklistStep:
    return ChecklistStep.objects.create(kind=kind, **{"text_es": "candado", "text_en": "lock"} | fields)


def make_work_photo(battle: Battle | None = None, photo: Photo | None = None, **fields: Any) -> WorkPhoto:
    photo = photo or Photo.objects.create(content_hash=f"{next(count):064}")
    return WorkPhoto.objects.create(battle=battle or make_battle(state=BattleState.UNDER_WAY), photo=photo, **fields)
