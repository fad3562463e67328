"""Attachments as people read them: what kind of file it is, how large, and its name in one harmless line. Pure."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

LONGEST_NAME = 120
MEGABYTE = 1 << 20

BEGINNINGS: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"%PDF-", "application/pdf"),
    (b"{\\rtf", "application/rtf"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
)
"""How files begin."""
WORD, SHEET, SLIDES = "wordprocessingml.document", "spreadsheetml.sheet", "presentationml.presentation"
OFFICE = "application/vnd.openxmlformats-officedocument."
PACKED = {
    "docx": OFFICE + WORD,
    "xlsx": OFFICE + SHEET,
    "pptx": OFFICE + SLIDES,
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
}
"""Files that are archives inside: of these the name tells what they are."""
PLAIN = {"txt": "text/plain", "csv": "text/csv", "eml": "message/rfc822"}
OTHER = "application/octet-stream"

KINDS: dict[str, tuple[str, str]] = {
    "image/jpeg": ("picture", ".jpg"),
    "image/png": ("picture", ".png"),
    "image/gif": ("picture", ".gif"),
    "image/tiff": ("picture", ".tif"),
    "image/bmp": ("picture", ".bmp"),
    "image/webp": ("picture", ".webp"),
    "image/heic": ("picture", ".heic"),
    "application/pdf": ("PDF", ".pdf"),
    "application/rtf": ("document", ".rtf"),
    OFFICE + WORD: ("document", ".docx"),
    OFFICE + SHEET: ("spreadsheet", ".xlsx"),
    OFFICE + SLIDES: ("slides", ".pptx"),
    "application/vnd.oasis.opendocument.text": ("document", ".odt"),
    "application/vnd.oasis.opendocument.spreadsheet": ("spreadsheet", ".ods"),
    "text/plain": ("text", ".txt"),
    "text/csv": ("table", ".csv"),
    "message/rfc822": ("e-mail", ""),
    "audio/mpeg": ("recording", ".mp3"),
    "audio/wav": ("recording", ".wav"),
    "audio/mp4": ("recording", ".m4a"),
    "video/mp4": ("film", ".mp4"),
    "video/quicktime": ("film", ".mov"),
}
"""Per media type a word for people, and the ending under which a viewer is given a copy; without one it is only saved.

Nothing that a system would run or that may carry a program is here: what a stranger sent is looked at, not started."""


@dataclass(frozen=True, slots=True)
class AttachmentView:
    """One attachment: what it is, its file, who may read it, and where its bytes are."""

    id: str
    scope: str
    name: str
    size: int
    type: str
    what: str
    readers: str
    on: str
    by: str
    by_id: str
    about: str
    """``visit``, ``note``, ``plan``, ``agreement`` or an empty text."""
    about_id: str
    sha: str
    rev: str
    state: str = ""
    """``waiting``: whole here, not yet at the hub; ``here``; ``coming``: in part; an empty text: not here."""
    reason: str = ""
    """Why the hub did not take it."""
    sound: bool = True
    """Whether its record describes a file that can be."""

    @property
    def family_id(self) -> str:
        """The family whose file it is in."""
        return self.scope.removeprefix("fam:")

    @property
    def here(self) -> bool:
        """Whether it can be opened without a connection."""
        return self.state in ("waiting", "here")


def media_type(name: str, head: bytes) -> str:
    """The media type of a file with this name that begins with ``head``; content counts for more than the name."""
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    for beginning, kind in BEGINNINGS:
        if head.startswith(beginning):
            return kind
    if head[:2] == b"BM" and head[6:10] == bytes(4):
        return "image/bmp"
    if head[:4] == b"RIFF":
        return {b"WEBP": "image/webp", b"WAVE": "audio/wav"}.get(head[8:12], OTHER)
    if head[4:8] == b"ftyp":
        return _boxed(head[8:12])
    if head.startswith(b"PK\x03\x04"):
        return PACKED.get(ending, OTHER)
    return PLAIN.get(ending, OTHER) if _is_text(head) else OTHER


def _boxed(brand: bytes) -> str:
    if brand in (b"heic", b"heix", b"mif1", b"heim", b"hevc"):
        return "image/heic"
    return {b"qt  ": "video/quicktime", b"M4A ": "audio/mp4"}.get(brand, "video/mp4")


def _is_text(head: bytes) -> bool:
    return b"\0" not in head


def type_words(kind: str) -> str:
    """A media type in a word: ``picture``, ``PDF``, ``document``; ``file`` for one that is not known."""
    return KINDS.get(kind, ("file", ""))[0]


def viewer_ending(kind: str) -> str:
    """The ending under which a copy is given to the system's viewer; an empty text: it is only saved."""
    return KINDS.get(kind, ("", ""))[1]


def size_words(size: int) -> str:
    """``3.2 MB``, ``340 KB``, ``12 bytes``."""
    if size >= MEGABYTE:
        return f"{size / MEGABYTE:.1f} MB"
    return f"{max(1, round(size / 1024))} KB" if size >= 1000 else f"{size} byte{'' if size == 1 else 's'}"


def one_line(name: str, most: int = LONGEST_NAME) -> str:
    """A file's name in one line: line ends, control characters and marks that turn the direction of writing are out.

    A long name keeps its ending: ``a-very-lo….pdf``.
    """
    whole = name.encode("utf-8", "replace").decode()
    kept = "".join(
        " " if c in "\t\n\r\v\f\u2028\u2029\x85" else c for c in whole if not _turns_or_controls(c)
    )
    line = " ".join(kept.split())
    if len(line) <= most:
        return line
    stem, dot, ending = line.rpartition(".")
    if not dot or len(ending) > 8 or not stem:
        return line[: most - 1] + "…"
    return line[: most - len(ending) - 2] + "…." + ending


def _turns_or_controls(c: str) -> bool:
    if c in "\t\n\r\v\f\u2028\u2029\x85":
        return False
    if unicodedata.category(c) in ("Cc", "Cs"):
        return True
    return (
        c in "\u200e\u200f\u061c" or "\u202a" <= c <= "\u202e" or "\u2066" <= c <= "\u2069" or c == "\ufeff"
    )
