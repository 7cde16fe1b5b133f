"""Marked people go through everything that the product does: reports, wrong sign-ins, answers, the desk, the administration."""

from __future__ import annotations

from contextlib import suppress
from http import HTTPStatus
from io import BytesIO
from typing import Any
from uuid import uuid4

from PIL import Image

from bench.fire.client import BAD, Client
from bench.fire.processes import Failed, wait_until
from bench.fire.stack import Stack

PASSWORD = "epo-fire-2026"  # noqa: S105 -- a database of its own
REPORTER = ("Canaria Zenaida Reporta", "4247770001", "4247770002", "zenaida@canary.example")
"""Name, two phones, e-mail."""
FORCE = {
    "sqlite": "CREATE TRIGGER forced BEFORE INSERT ON contacts_contact BEGIN SELECT RAISE(ABORT, 'forced'); END",
    "postgres": "ALTER TABLE contacts_contact ADD CONSTRAINT forced CHECK (phone = '') NOT VALID",
}
LET_GO = {"sqlite": "DROP TRIGGER forced", "postgres": "ALTER TABLE contacts_contact DROP CONSTRAINT forced"}


class Walk:
    """`errors` counts answers of 5xx, which are forced: a 500 writes most into a log."""

    def __init__(self) -> None:
        self.requests = self.errors = 0

    def everything(self, stack: Stack) -> None:
        self._reports(stack)
        self._strange_addresses(stack)
        self._sign_ins(stack)
        self._offers(stack)
        self._desk(stack)
        self._administration(stack)
        stack.execute(FORCE[stack.backend])
        self._reports(stack)
        stack.execute(LET_GO[stack.backend])

    def _ask(self, client: Client, method: str, path: str, body: bytes = b"", **headers: str) -> None:
        with suppress(*BAD):
            answer = client.ask(method, path, body, **headers)
            self.requests += 1
            self.errors += answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR

    def _reports(self, stack: Stack) -> None:
        client, label = stack.client(), stack.seeded["label"]
        name, phone, other, email = REPORTER
        text = f"horno apagado, llamen a {name} 0{other[:3]}-{other[3:]} o {email}"
        said = {"label": label, "condition": "dangerous", "text": text, "name": name, "phone": f"0{phone}"}
        key = uuid4()
        for one in (said, said, said | {"text": f"{text} otra vez"}, said | {"phone": f"0{other}"}):
            self._form(client.put, f"/api/v1/reports/{key}", one)
        for wrong in (
            {"phone": f"0{phone}99"},
            {"phone": f"{email}"},
            {"condition": phone},
            {"label": phone},
            {"text": text * 200},
        ):
            self._form(client.put, f"/api/v1/reports/{uuid4()}", said | wrong)
            self._form(client.send_form, f"/r/{label}", said | {"id": str(uuid4())} | wrong)
        self._form(client.send_form, f"/r/{label}", said | {"id": str(uuid4())})
        for kind in (
            "application/json",
            "multipart/form-data; boundary=x",
            "text/plain",
            "application/x-www-form-urlencoded",
        ):
            broken = f'{{"phone": "0{phone}", "text": "{text}'.encode()
            self._ask(client, "PUT", f"/api/v1/reports/{uuid4()}", broken, Content_Type=kind)
            self._ask(client, "POST", f"/r/{label}", broken, Content_Type=kind)
        for photo in (_photo(f"0{phone} {name}"), f"\xff\xd8 0{phone} {name}".encode(), _photo(email)[:200]):
            path = f"/api/v1/reports/{stack.seeded['report']}/photos/{uuid4()}"
            self._ask(client, "PUT", path, photo, Content_Type="image/jpeg")

    def _form(self, send: Any, path: str, said: dict[str, Any], **more: Any) -> None:
        with suppress(*BAD):
            answer = send(path, said, **more)
            self.requests += 1
            self.errors += answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR

    def _strange_addresses(self, stack: Stack) -> None:
        _name, phone, other, email = REPORTER
        for path in (
            f"/no-hay/0{phone}",
            f"/r/0{phone}",
            f"/voluntarios?q=0{phone}",
            f"/c/{email}",
            f"/s/{phone}?tel={other}",
        ):
            for method in ("GET", "POST", "DELETE"):
                said = {"Referer": f"{stack.url}/voluntarios?q=0{phone}", "User_Agent": f"phone of {email}"}
                self._ask(stack.client(), method, path, **said)
        self._ask(stack.client(headers={"Host": f"0{phone}.example"}), "GET", "/")

    def _sign_ins(self, stack: Stack) -> None:
        _name, phone, _other, email = REPORTER
        for name in (f"0{phone}", f"+58{phone}", email):
            for page in (f"/entrar?next=/voluntarios%3Fq={phone}", "/admin/login/"):
                said = {"username": name, "password": f"0{phone}", "next": f"/voluntarios?q={phone}"}
                self._form(stack.client().send_form, page, said)

    def _offers(self, stack: Stack) -> None:
        yes, no, *_rest = stack.seeded["offers"]
        answers = ((yes, b"answer=yes"), (yes, b"answer=plan"), (no, b"answer=no&reason=work"))
        for offer, answer in answers:
            self._ask(stack.client(), "POST", offer["link"], answer, Content_Type="application/x-www-form-urlencoded")

    def _desk(self, stack: Stack) -> None:
        rosa, battle = stack.client(), stack.seeded["battle"]
        if not rosa.sign_in("rosa", PASSWORD):
            raise Failed("could not sign in")
        _yes, _no, offer, *_rest = stack.seeded["offers"]
        person = f"/voluntarios/{offer['volunteer']}"
        for path, said, page in (
            (f"{person}/contacto", {"show": "1"}, person),
            (f"{person}/contacto", {"phone": "12", "email": REPORTER[3], "address": REPORTER[0]}, person),
            (f"/batallas/{battle}/contactos", {}, f"/batallas/{battle}"),
            (f"/batallas/{battle}/imprimir", {}, f"/batallas/{battle}/imprimir"),
            ("/por-llamar", {}, "/por-llamar"),
            (f"/convocatorias/{offer['pk']}/soltar", {"reason": "ya no"}, f"/convocatorias/{offer['pk']}"),
            ("/propuestas/nueva", {"scope": "nation"}, "/propuestas"),
        ):
            self._form(rosa.send_form, path, said, page=page)
        for path in (
            f"/voluntarios?q=Canaria+0{REPORTER[1]}",
            "/por-llamar?q=Canaria",
            "/mesa",
            "/hoy",
            "/equidad",
            "/propuestas",
        ):
            self._ask(rosa, "GET", path)
        wait_until(lambda: stack.count("SELECT count(*) FROM battles_matchingrun WHERE state = 'done'") > 0, seconds=90)

    def _administration(self, stack: Stack) -> None:
        root, contact = stack.client(), f"/admin/contacts/contact/{stack.seeded['contact']}/change/"
        if not root.sign_in("root", PASSWORD):
            raise Failed("could not sign in")
        name, phone, _other, email = REPORTER
        told = {"name": name, "phone": f"0{phone}", "email": email}
        for path, said in (
            (contact, told),
            (contact, told | {"phone": "12"}),
            ("/admin/contacts/contact/add/", told),
            ("/admin/accounts/user/add/", {"username": f"0{phone}", "name": name, "password1": "x", "password2": "y"}),
        ):
            self._form(root.send_form, path, said)
        self._ask(root, "GET", f"/admin/contacts/contact/?q=0{phone}")


def _photo(comment: str) -> bytes:
    out = BytesIO()
    Image.new("RGB", (64, 48), "gray").save(out, "JPEG", comment=comment.encode())
    return out.getvalue()
