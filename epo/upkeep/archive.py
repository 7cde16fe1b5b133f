"""One backup is one tar stream: what it is, files, the database in pieces, the secret, and last what all of it must be."""

from __future__ import annotations

import hashlib
import json
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from io import BytesIO
from typing import Any, BinaryIO

FORMAT = 1
ABOUT, MANIFEST, SECRET = "about.json", "manifest.json", "secret"
DATABASE, FILES = "database/", "files/"
CHUNK = 1 << 20


class BadArchiveError(Exception):
    """What is wrong, as a sentence."""


@dataclass(frozen=True, slots=True)
class About:
    """Known before anything is read."""

    product: str
    made_at: str
    vendor: str
    migrations: list[str]
    format: int = FORMAT


@dataclass(frozen=True, slots=True)
class Member:
    size: int
    sha256: str


@dataclass(slots=True)
class Manifest:
    """Rows of each table, size and hash of each part, and the files that rows name although there are none."""

    counts: dict[str, int] = field(default_factory=dict)
    members: dict[str, Member] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)

    def as_bytes(self) -> bytes:
        return json.dumps(asdict(self), sort_keys=True).encode()

    @classmethod
    def of(cls, said: dict[str, Any]) -> Manifest:
        members = {name: Member(**member) for name, member in said["members"].items()}
        return cls(said["counts"], members, said["missing"])

    @property
    def files(self) -> dict[str, Member]:
        return {name.removeprefix(FILES): one for name, one in self.members.items() if name.startswith(FILES)}


class Writer:
    def __init__(self, stream: BinaryIO, about: About) -> None:
        self._tar = tarfile.open(fileobj=stream, mode="w|", format=tarfile.PAX_FORMAT)  # noqa: SIM115 -- closed by `close`
        self.manifest = Manifest()
        self.add(ABOUT, json.dumps(asdict(about)).encode())

    def add(self, name: str, content: bytes) -> None:
        self.add_stream(name, BytesIO(content), len(content))

    def add_stream(self, name: str, stream: BinaryIO, size: int) -> None:
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode = size, 0o600
        hashed = _Hashed(stream)
        self._tar.addfile(entry, hashed)
        self.manifest.members[name] = Member(size, hashed.digest.hexdigest())

    def close(self) -> None:
        content = self.manifest.as_bytes()
        entry = tarfile.TarInfo(MANIFEST)
        entry.size, entry.mode = len(content), 0o600
        self._tar.addfile(entry, BytesIO(content))
        self._tar.close()


class _Hashed:
    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        part = self._stream.read(size)
        self.digest.update(part)
        return part


Part = Iterator[bytes]
Use = Callable[[str, Part], None]


def read(stream: BinaryIO, use: Use, *, begin: Callable[[About], None] = lambda _about: None) -> tuple[About, Manifest]:
    """Gives each part to `use` and compares all of it with the manifest; raises where anything differs."""
    about, manifest = None, None
    seen: dict[str, Member] = {}
    try:
        with tarfile.open(fileobj=stream, mode="r|") as tar:
            for entry in tar:
                if entry.name == ABOUT:
                    about = _about(tar, entry, seen)
                    begin(about)
                elif entry.name == MANIFEST:
                    manifest = Manifest.of(json.loads(_whole(tar, entry)))
                elif about is not None:
                    _use_one(tar, entry, seen, use)
    except (tarfile.TarError, ValueError, KeyError, TypeError) as error:
        raise BadArchiveError(f"The backup cannot be read ({type(error).__name__}).") from None
    if about is None or manifest is None:
        raise BadArchiveError("The backup is incomplete: it was cut off.")
    _compare(manifest, seen)
    return about, manifest


def _about(tar: tarfile.TarFile, entry: tarfile.TarInfo, seen: dict[str, Member]) -> About:
    content = _whole(tar, entry)
    seen[ABOUT] = Member(len(content), hashlib.sha256(content).hexdigest())
    about = About(**json.loads(content))
    if about.format != FORMAT:
        raise BadArchiveError(f"The backup has format {about.format}; this version reads {FORMAT}.")
    return about


def _use_one(tar: tarfile.TarFile, entry: tarfile.TarInfo, seen: dict[str, Member], use: Use) -> None:
    digest = hashlib.sha256()

    def parts() -> Part:
        source = tar.extractfile(entry)
        while source and (part := source.read(CHUNK)):
            digest.update(part)
            yield part

    left = parts()
    use(entry.name, left)
    for _part in left:  # what was not used is read all the same
        pass
    seen[entry.name] = Member(entry.size, digest.hexdigest())


def _whole(tar: tarfile.TarFile, entry: tarfile.TarInfo) -> bytes:
    source = tar.extractfile(entry)
    return source.read() if source else b""


def _compare(manifest: Manifest, seen: dict[str, Member]) -> None:
    names = sorted(set(manifest.members) ^ set(seen))
    names += [name for name, member in manifest.members.items() if seen.get(name, member) != member]
    if names:
        raise BadArchiveError(f"The backup is not what it was: {', '.join(names[:5])}.")
