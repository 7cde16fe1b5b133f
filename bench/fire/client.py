"""A phone or a browser, as the web server sees one: addresses, cookies, forms. Every answer carries its time."""

from __future__ import annotations

import http.client
import json
import re
import time
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import urlencode, urlsplit

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
BAD = (OSError, http.client.HTTPException)
"""What a cut line or a dead server raises; the answer, if there was one, is unknown."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes
    seconds: float

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Client:
    """`host` and `port` may be those of a proxy; `address` is the loopback address (127.0.0.0/8) that it comes from.

    One connection, opened anew after a failure. Not for several threads.
    """

    url: str
    address: str = "127.0.0.1"
    timeout: float = 30.0
    through: tuple[str, int] | None = None
    headers: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    _line: http.client.HTTPConnection | None = field(default=None, init=False)

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> Answer:
        """Raises one of BAD where no answer came. Underscores in names of headers stand for hyphens."""
        sent = {"Host": urlsplit(self.url).netloc, **self.headers}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        began = time.perf_counter()
        line = self._line = self._line or self._connect()
        try:
            line.request(method, path, body=body or None, headers=sent)
            got = line.getresponse()
            answer = Answer(got.status, got.headers, got.read(), time.perf_counter() - began)
        except BaseException:
            self.hang_up()
            raise
        if got.will_close:
            self.hang_up()
        self._keep_cookies(answer)
        return answer

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, **headers)

    def put(self, path: str, said: Any, **headers: str) -> Answer:
        body = said if isinstance(said, bytes) else json.dumps(said).encode()
        return self.ask("PUT", path, body, **{"Content_Type": "application/json", **headers})

    def post(self, path: str, said: Any = None, **headers: str) -> Answer:
        """JSON, as a program sends it, with the token of the form last seen."""
        token = self.cookies.get("csrftoken", "")
        body = json.dumps(said if said is not None else {}).encode()
        return self.ask("POST", path, body, **{"Content_Type": "application/json", "X_CSRFToken": token, **headers})

    def send_form(self, path: str, said: dict[str, Any], *, page: str | None = None, **headers: str) -> Answer:
        """A form, with the token of the page it stands on (`page`; the address itself where it has one)."""
        found = TOKEN.search(self.get(page or path).text)
        if found:
            said = {**said, "csrfmiddlewaretoken": found[1]}
        body = urlencode(said, doseq=True).encode()
        return self.ask("POST", path, body, **{"Content_Type": "application/x-www-form-urlencoded", **headers})

    def sign_in(self, username: str, password: str) -> bool:
        answer = self.send_form("/entrar", {"username": username, "password": password})
        return answer.status == http.client.FOUND

    def hang_up(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None

    def _connect(self) -> http.client.HTTPConnection:
        where = urlsplit(self.url)
        host, port = self.through or (where.hostname or "127.0.0.1", where.port or 80)
        source = None if self.through else (self.address, 0)
        return http.client.HTTPConnection(host, port, timeout=self.timeout, source_address=source)

    def _keep_cookies(self, answer: Answer) -> None:
        for line in answer.headers.get_all("Set-Cookie") or []:
            try:
                for name, cookie in SimpleCookie(line).items():
                    if cookie["max-age"] == "0" or not cookie.value:
                        self.cookies.pop(name, None)
                    else:
                        self.cookies[name] = cookie.value
            except CookieError:
                continue
