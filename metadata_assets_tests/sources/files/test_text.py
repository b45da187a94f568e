from __future__ import annotations

from pathlib import Path

import pytest

from metadata_assets.sources.files.text import read_sample

RUSSIAN = "номер;имя;фамилия;город\n1;Мария;Сидорова;Москва\n2;Иван;Петров;Екатеринбург\n"
UKRAINIAN = "номер;ім'я;місто\n1;Олексій;Київ\n2;Євгенія;Чернігів\n"
GERMAN = "Nummer;Straße;Größe\n1;Königsstraße;groß\n2;Hölderlinweg;übermäßig\n"
FRENCH = "numéro;prénom;coût\n1;Élodie;déjà reçu à l'été\n2;François;très gênant\n"
PORTUGUESE = "número;descrição\n1;João Conceição;São Paulo\n2;Inês;já está à venda\n"
SWEDISH = "nummer;förnamn;ort\n1;Åsa;Västra gågatan\n2;Östen;Ängsvägen\n"
POLISH = "numer;imię;uwagi\n1;Łukasz;część już wysłana\n2;Małgorzata;późniejsza\n"
CZECH = "číslo;jméno;město\n1;Jiří Dvořák;Plzeň\n2;Růžena;České Budějovice\n"
TURKISH = "numara;şehir;ödeme\n1;Şişli;gönderildi\n2;Beyoğlu;güçlük\n3;Üsküdar;İade\n"
LITHUANIAN = "numeris;vardas;miestas\n1;Žydrūnas;Šiauliai\n2;Rūta;Panevėžys\n"
GREEK = "αριθμός;όνομα;διεύθυνση\n1;Γιώργος;Λεωφόρος Αθηνών\n2;Μαρία;Θεσσαλονίκη\n"
HEBREW = "מספר;שם;עיר\n1;דוד כהן;ירושלים\n2;שרה לוי;תל אביב\n"
HEBREW_NAMES = "מספר;שם;עיר\n0;יוסף לוי;חיפה\n1;יוסף לוי;חיפה\n"
ARABIC = "رقم;الاسم;المدينة\n1;محمد علي;القاهرة\n2;فاطمة;الرياض\n"
THAI = "เลขที่;ชื่อ;เมือง\n1;สมชาย;กรุงเทพ\n2;สมหญิง;เชียงใหม่\n"
JAPANESE = "番号;氏名;住所\n1;山田太郎、花子;東京都\n2;さとう;おおさか市\n"
CARET = "番号^氏名;都市\n1^佐藤太郎;京都\n2^鈴木花子;奈良\n"
KANJI = "名前;年齢、性別;備考\n田中;三十;東京、大阪。\n"
CHINESE = "编号;姓名;地址\n1;张伟,王芳;北京市海淀区\n2;李娜;上海市浦东新区\n"
TAIWANESE = "編號;姓名;地址\n1;張偉;臺北市大安區\n2;王芳;高雄市\n"
KOREAN = "번호;이름;주소\n1;김철수;서울특별시 강남구\n2;이영희;부산광역시\n"
LONG_CHINESE = "编号;备注\n" + "".join(f"{n};{'一上下左右也' * 20}\n" for n in range(9))
RUSSIAN_NAMES = "номер,имя\n1;Иван\n2;Мария\n"
THAI_NAME = "เลข,ชื่อ;\n1,สมชาย\n"
HALF_WIDTH = "ﾊﾞﾝｺﾞｳ;ﾅﾏｴ\n1;ﾀﾅｶ\n2;ｻﾄｳ\n"
HINDI = "क्रमांक;नाम;शहर\n1;राहुल शर्मा;मुंबई\n2;सीता;दिल्ली\n"
HUNGARIAN = "név;város\nKovács Gergő;Győr\nSzűcs Jenő;Szőny\nSzőke Ernő;Hegyfő\n"
MIXED = "name;Größe;city\nJoão;naïve;São Paulo\nMüller;5;Zürich\n"
RUSSIAN_HEADER = "код;наименование;цена\n".upper() + "1;abc;5\n2;def;6\n"
TURKISH_CAPITALS = "ADI;ŞEHİR;ÜLKE\nAYŞE;İSTANBUL;TÜRKİYE\nÇAĞRI;ESKİŞEHİR;TÜRKİYE\n"
SIGNS = "item;price;area\na;10 €;5 m²\nb;20 €;7 m²\nc;“cheap”…;it was\n"

ENCODED = [
    *((RUSSIAN, name) for name in ("cp1251", "koi8_r", "cp866", "iso8859_5", "mac_cyrillic")),
    *((UKRAINIAN, name) for name in ("cp1251", "koi8_u")),
    *((GERMAN, name) for name in ("cp1252", "cp850", "cp437", "mac_roman")),
    *((FRENCH, name) for name in ("cp1252", "cp850", "mac_roman", "iso8859_15")),
    *((PORTUGUESE, name) for name in ("cp1252", "cp850", "cp860", "mac_roman")),
    *((SWEDISH, name) for name in ("cp1252", "cp850", "mac_roman")),
    *((POLISH, name) for name in ("cp1250", "iso8859_2", "cp852")),
    *((CZECH, name) for name in ("cp1250", "iso8859_2", "cp852")),
    *((TURKISH, name) for name in ("cp1254", "iso8859_9", "cp857")),
    *((TURKISH_CAPITALS, name) for name in ("cp1254", "iso8859_9", "cp857")),
    (MIXED, "cp1252"),
    ("STRAßE;ORT;GRÖßE\nHAUPTSTRASSE;MÜNCHEN;Ä\n", "cp1252"),
    *((HUNGARIAN, name) for name in ("cp1250", "iso8859_2", "cp852")),
    *((HUNGARIAN.upper(), name) for name in ("cp1250", "iso8859_2", "cp852")),
    *((RUSSIAN.upper(), name) for name in ("cp1251", "koi8_r", "cp866", "iso8859_5")),
    *((RUSSIAN_HEADER, name) for name in ("cp1251", "koi8_r", "cp866", "iso8859_5")),
    (LITHUANIAN, "cp1257"),
    *((GREEK, name) for name in ("cp1253", "iso8859_7", "cp737")),
    *((HEBREW_NAMES, name) for name in ("cp1255", "cp862")),
    *((HEBREW, name) for name in ("cp1255", "iso8859_8")),
    *((ARABIC, name) for name in ("cp1256", "iso8859_6")),
    (THAI, "cp874"),
    (RUSSIAN_NAMES, "koi8_r"),
    (THAI_NAME, "cp874"),
    (HALF_WIDTH, "cp932"),
    *((JAPANESE, name) for name in ("cp932", "euc_jp", "iso2022_jp")),
    *((KOREAN, name) for name in ("cp949", "iso2022_kr")),
    (SIGNS, "cp1252"),
    (GERMAN, "cp500"),
    (KANJI, "cp932"),
    (CARET, "cp932"),
    *((CHINESE, name) for name in ("gb18030", "gbk")),
    (TAIWANESE, "big5"),
    *(
        (text, name)
        for text in (
            JAPANESE,
            KANJI,
            CHINESE,
            LONG_CHINESE,
            KOREAN,
            THAI,
            HINDI,
            ARABIC,
            GREEK,
            RUSSIAN,
        )
        for name in ("utf-16-le", "utf-16-be")
    ),
    *((GERMAN, name) for name in ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be")),
    *((RUSSIAN, name) for name in ("utf-32-le", "utf-32-be")),
]


@pytest.mark.parametrize(
    ("text", "encoding"), ENCODED, ids=[f"{text.split(';')[1]}-{name}" for text, name in ENCODED]
)
def test_a_text_is_read_as_it_was_written(tmp_path: Path, text: str, encoding: str) -> None:
    file = tmp_path / "file.csv"
    file.write_bytes(text.encode(encoding))
    sample = read_sample(file)
    assert (sample.text, sample.is_certain) == (text, False)
