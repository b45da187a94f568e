"""Which encoding a text is in: by its byte order mark, as UTF-8, or the likeliest of the others."""

from __future__ import annotations

import codecs
import re
import string

from charset_normalizer import from_bytes

from metadata_assets.sources.files.alphabets import ONE_BYTE, likeliest_encoding

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_TELLING_BYTES = 4
_PLAUSIBLE, _STRANGE = 0.65, 0.1
"""Texts in an alphabet reach 0.75 and more, those in two bytes 0.6 where they are taken for one."""
_DIVIDING = "\r\n\t,;|"
_NO_TEXT = "\ufffd" + "".join(map(chr, range(9)))
_EBCDIC_BYTES = 4096
_PLAIN = frozenset(string.ascii_letters + string.digits + ' \r\n\t,;|."-/:')
_ESCAPED = (
    (re.compile(rb"\x1b\$\)C"), "iso2022_kr"),
    (re.compile(rb"\x1b(\$[@B]|\([BJ])"), "iso2022_jp"),
)
"""Encodings of seven bits, by how they announce other letters."""

_TWO_BYTES = ("cp932", "euc_jp", "gb18030", "big5", "cp949", "euc_kr")
_KANA, _HANGUL, _HAN = (
    re.compile(f"[{first}-{last}]")
    for first, last in (("\u3041", "\u30ff"), ("\uac00", "\ud7a3"), ("\u4e00", "\u9fff"))
)
_HALF_WIDTH = re.compile("[\uff61-\uff9f]")
_WIDE_LETTER = re.compile("[^\x00-\x7f\u3000-\u303f\uff00-\uffef]")
"""What is no ASCII and no punctuation, which Chinese, Japanese and Korean share."""

_FOREIGN_RUN, _IN_WORD = re.compile("[^\x00-\x7f]+"), re.compile("[A-Za-z][^\x00-\x7f]")


def encoding_of(raw: bytes) -> tuple[str, bool]:
    """Python's name of a text's encoding, and whether a mark or its bytes prove it.

    Args:
        raw: The text's beginning.
    """
    for mark, name in _MARKS:
        if raw.startswith(mark):
            return name, True
    unmarked = _unmarked_wide(raw)
    if unmarked:
        return unmarked, False
    for announced, name in _ESCAPED:
        if announced.search(raw):
            return name, False
    try:
        # The sample may end in the middle of a character.
        codecs.getincrementaldecoder("utf-8")().decode(raw)
    except UnicodeDecodeError:
        return "cp500" if _is_ebcdic(raw) else _likeliest(raw), False
    return "utf-8", True


def _is_ebcdic(raw: bytes) -> bool:
    """Whether most of a text is letters, digits and blanks as mainframes write them."""
    text = raw[:_EBCDIC_BYTES].decode("cp500")
    return sum(one in _PLAIN for one in text) > 0.8 * len(text)


def _unmarked_wide(raw: bytes) -> str | None:
    """UTF-32 or UTF-16, told by the NUL bytes that no other encoding has."""
    if b"\x00" not in raw:
        return None
    if len(raw) >= 8 and not raw[2::4].strip(b"\x00\x01") and not raw[3::4].strip(b"\x00"):
        return "utf-32-le"
    if len(raw) >= 8 and not raw[1::4].strip(b"\x00\x01") and not raw[::4].strip(b"\x00"):
        return "utf-32-be"
    half = max(1, len(raw) // 2)
    for name, high, low in (
        ("utf-16-le", raw[1::2], raw[::2]),
        ("utf-16-be", raw[::2], raw[1::2]),
    ):
        # Of a Latin text every other byte is NUL; of any other, those beside its line ends.
        is_latin = high.count(0) > 0.4 * half and low.count(0) < 0.1 * half
        if is_latin or _is_divided_in(name, raw):
            return name
    return None


def _is_divided_in(name: str, raw: bytes) -> bool:
    """Whether line ends and delimiters, ASCII in any language, are characters in this encoding.

    In the wrong one they are halves of letters; and some letters have a half that looks like one.
    """
    text = codecs.getincrementaldecoder(name)("replace").decode(raw)
    strange = sum(map(text.count, _NO_TEXT))
    return strange * 50 <= len(text) and any(
        2 <= text.count(sign) <= raw.count(sign.encode()) <= 4 * text.count(sign)
        for sign in _DIVIDING
    )


def _likeliest(raw: bytes) -> str:
    if len(re.findall(rb"[\x80-\xff]", raw)) < _TELLING_BYTES:
        return "cp1252"
    name, plausibility = likeliest_encoding(raw)
    # Single foreign letters among Latin ones are no sign of characters of two bytes.
    if re.search(rb"[\x80-\xff]{2}", raw):
        best = from_bytes(raw, cp_isolation=[*ONE_BYTE, *_TWO_BYTES]).best()
        guess = best.encoding if best is not None else ""
        if plausibility < _PLAUSIBLE:
            return _likeliest_wide(raw, guess) or name
        if guess in _TWO_BYTES:
            wide = _likeliest_wide(raw, guess) or name
            # Which is what letters of one byte look like in an encoding that has them.
            return name if _HALF_WIDTH.search(raw.decode(wide, "replace")) else wide
    return name


def _likeliest_wide(raw: bytes, guess: str) -> str | None:
    """The encoding of two bytes that mixes scripts least: the same bytes are characters in most."""

    def strangeness(encoding: str) -> tuple[float, bool]:
        text = raw.decode(encoding, "replace")
        kana, hangul, han = (len(script.findall(text)) for script in (_KANA, _HANGUL, _HAN))
        foreign = len(_WIDE_LETTER.findall(text))
        mixed = foreign - max(kana + han, hangul) + 5 * text.count("\ufffd")
        # GB 18030 has kana too, and in the same places, but nobody writes them in it.
        return mixed / max(1, foreign), encoding != guess and not kana

    name = min(_TWO_BYTES, key=strangeness)
    text = raw.decode(name, "replace")
    # `Gr鲞e`: letters of an alphabet whose neighbours were taken for halves of characters.
    if len(_IN_WORD.findall(text)) * 2 > len(_FOREIGN_RUN.findall(text)):
        return None
    return name if name == guess or strangeness(name)[0] < _STRANGE else None
