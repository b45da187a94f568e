"""Which one-byte encoding a text is in, told by the letters it would have to be written with.

Every byte is some letter in most of these encodings, so that decoding succeeds proves nothing.
Right is what spells words of one language: its letters beyond ASCII, the frequent ones often, no
capital behind a small letter, no sign inside a word, no two scripts in one.
"""

from __future__ import annotations

import re
from itertools import islice

_CYRILLIC = "абвгдежзийклмнопрстуфхцчшщъыьэюя"
_GREEK = "αβγδεζηθικλμνξοπρστυφχψωςάέήίόύώϊϋΐΰ"

_ALPHABETS = (
    "äöüß",  # German
    "éèêëàâçîïôöûùüÿœæ",  # French
    "áéíóúñü",  # Spanish
    "áàâãçéêíóôúü",  # Portuguese
    "àèéìíòóùú",  # Italian
    "àçèéíïòóúü",  # Catalan
    "åäöéæøü",  # the Nordic ones
    "áéíóúýðþæö",  # Icelandic
    "éèëêïöüóáà",  # Dutch
    "ąćęłńóśźż",  # Polish
    "áčďéěíňóřšťúůýž",  # Czech
    "áäčďéíĺľňóôŕšťúýž",  # Slovak
    "áéíóöőúüű",  # Hungarian
    "ăâîșțşţ",  # Romanian
    "čćđšž",  # Croatian, Slovene
    "çğıöşüâî",  # Turkish
    "ąčęėįšųūž",  # Lithuanian
    "āčēģīķļņšūž",  # Latvian
    "äõöüšž",  # Estonian
    _CYRILLIC + "ё",
    _CYRILLIC + "іїєґ",
    _GREEK,
    "אבגדהוזחטיכלמנסעפצקרשתךםןףץ",
    "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىيپچژگ",
    "กขคฆงจฉชซญฎฏฐฑฒณดตถทธนบปผฝพฟภมยรลวศษสหอฮะัาำิีึืุูเแโใไ็่้๊๋์",
)
_FREQUENT = frozenset("оеаинтсрвлкмдαοιετσνηυρςκπάίόέ" + "אהויללמנרת" + "اليمنرتوب" + "านรกอเง")
"""The letters that most of a text is made of, where all of it is beyond ASCII."""
_RARE = frozenset("ъэфщцшюжх" + "ψξζχ")
"""Those that are many only where capitals of one encoding are small letters of another."""

_FINAL, _INNER = frozenset("ςךםןףץةى"), frozenset("σכמנפצ")
"""Letters that end a word, and that never do: Greek and Hebrew are told apart by them."""

_FIRST_OF_OTHER_SCRIPTS = "\u0370"
"""Greek; what comes before is Latin."""

# The likelier come first: equally good ones are told apart by it.
ONE_BYTE = (
    *("cp1252", "iso8859_15", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257"),
    *("cp1258", "iso8859_2", "iso8859_7", "iso8859_9", "koi8_r", "koi8_u", "iso8859_5", "cp874"),
    *("cp850", "cp852", "cp866", "cp737", "cp437", "mac_roman", "mac_cyrillic", "mac_latin2"),
    *("cp857", "cp860", "cp862", "iso8859_6"),
)
"""What spreadsheets, databases and old machines export where they do not export Unicode."""

_FOREIGN_LINE = re.compile(rb"[^\r\n]*[\x80-\xff][^\r\n]*")
_ENOUGH_LINES = 200
_ENOUGH_BYTES = 4_096
"""How much text with bytes beyond ASCII is looked at; all encodings together take 0.1 s for it."""


def likeliest_encoding(raw: bytes) -> tuple[str, float]:
    """The encoding of `ONE_BYTE` in which a text makes most sense, and how much that is.

    Args:
        raw: Its beginning, with some bytes beyond ASCII.
    """
    lines = (match[0] for match in _FOREIGN_LINE.finditer(raw))
    telling = b"\n".join(islice(lines, _ENOUGH_LINES))[:_ENOUGH_BYTES]
    found = {name: _plausibility(telling.decode(name, "replace")) for name in ONE_BYTE}
    name = max(ONE_BYTE, key=found.__getitem__)
    return name, found[name]


def _plausibility(text: str) -> float:
    """How much a text looks like one of the languages, per character beyond ASCII."""
    foreign = [character for character in text if character > "\x7f"]
    # Python makes two characters of the Turkish İ. In Portuguese õ stands before e only: elsewhere
    # it is Estonian, or a Hungarian ő that is misread.
    lower = text.replace("İ", "\u0131").lower().replace("õe", "ãe")
    letters = [one for one in lower if one > "\x7f" and not _is_sign(one)]
    known = max(sum(letter in alphabet for letter in letters) for alphabet in _ALPHABETS)
    frequent = sum(letter in _FREQUENT for letter in letters)
    rare = sum(letter in _RARE for letter in letters)
    unknown = len(letters) - known
    controls = sum("\x80" <= character <= "\x9f" for character in foreign)
    points = known + 0.5 * frequent - 0.4 * rare - 2 * unknown - 5 * controls - _faults(f" {text} ")
    return points / max(1, len(foreign))


def _is_sign(character: str) -> bool:
    # Thai writes its vowels as marks.
    return not character.isalpha() and not "\u0e00" <= character <= "\u0e7f"


def _faults(text: str) -> float:
    """How badly the characters beyond ASCII go with their neighbours."""
    return sum(
        _fault(before, character, after)
        for before, character, after in zip(text, text[1:], text[2:], strict=False)
        if character > "\x7f"
    )


def _fault(before: str, character: str, after: str) -> float:
    neighbours = (before, after)
    if _is_sign(character):
        if "\u2500" <= character <= "\u25ff":  # frames and blocks
            return 2
        # `10 €`, `m²` and quotation marks are usual, but no sign stands among foreign letters.
        is_inside = any(one > "\x7f" and one.isalpha() for one in neighbours)
        return 1 if is_inside else 0.25 + 0.25 * any(one > "\x7f" for one in neighbours)
    if not any(one.isalpha() for one in neighbours):
        return 2
    is_other = character >= _FIRST_OF_OTHER_SCRIPTS
    is_mixed = any(
        one.isalpha() and (one >= _FIRST_OF_OTHER_SCRIPTS) != is_other for one in neighbours
    )
    is_turned = (before.islower() and character.isupper()) or (
        character.islower() and after.isupper()
    )
    is_figure = before.isdigit() or after.isdigit()
    # Words of capitals are rarer than others, but whole columns and headers are of them.
    is_loud = character.isupper() and after.isupper()
    is_cut = character in _FINAL if after.isalpha() else character in _INNER
    return 2 * (is_mixed or is_turned or is_figure or is_cut) + 0.15 * is_loud
