from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from metadata_assets.control.drops import Drops, FailedDrop, read_drops

SOURCE = "  sources:\n  - source_id: {}\n    transformation_config:\n      task_type: notebook\n"


def drop(source: str, module: str = "m") -> str:
    return f"modules:\n- module_name: {module}\n" + SOURCE.format(source)


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        path = folder / f"{name.replace('__', '/')}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def messages(drops: Drops) -> list[str]:
    return [str(error) for error in drops.errors]


def test_drops_are_found_at_any_depth_and_read_in_order(tmp_path: Path) -> None:
    write(tmp_path, b=drop("b"), a__x__y=drop("y"))
    (tmp_path / "c.YML").write_text(drop("c"), encoding="utf-8")
    drops = read_drops(tmp_path)
    assert drops.files == ("a/x/y.yaml", "b.yaml", "c.YML")
    assert list(drops.sources) == ["m.y", "m.b", "m.c"]


def test_what_is_not_a_drop_is_left_alone(tmp_path: Path) -> None:
    write(tmp_path, a=drop("a"))
    for name in (".b.yaml", "~b.yaml", "#b.yaml#", "#b.yaml", "b.yaml~", "b.txt", ".#c.yaml"):
        (tmp_path / name).write_text("[", encoding="utf-8")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "b.yaml").write_text("[", encoding="utf-8")
    (tmp_path / "folder.yaml").mkdir()
    drops = read_drops(tmp_path)
    assert drops.files == ("a.yaml",)
    assert drops.failed == ()


def test_a_missing_folder_holds_no_drops(tmp_path: Path) -> None:
    assert read_drops(tmp_path / "nowhere") == Drops()


def test_one_bad_file_does_not_stop_the_others(tmp_path: Path) -> None:
    write(tmp_path, a=drop("a"), b="modules: [", c=drop("c"))
    drops = read_drops(tmp_path)
    assert list(drops.sources) == ["m.a", "m.c"]
    assert [failed.path for failed in drops.failed] == ["b.yaml"]
    assert messages(drops)[0].startswith("b.yaml:2:1: Failed to parse YAML file")


def test_one_key_in_two_files_refuses_the_later_file_whole(tmp_path: Path) -> None:
    write(tmp_path, a=drop("x"))
    write(tmp_path, b=drop("X") + drop("y", "n").removeprefix("modules:\n"))
    drops = read_drops(tmp_path)
    assert list(drops.sources) == ["m.x"]
    assert messages(drops) == [
        "b.yaml:4:5: the source m.X is declared twice, first at a.yaml:4. "
        "Rename or remove one of them."
    ]


def test_a_refused_file_takes_no_key_from_a_later_one(tmp_path: Path) -> None:
    write(tmp_path, a=drop("x"), b=drop("x") + drop("y", "n").removeprefix("modules:\n"))
    write(tmp_path, c=drop("y", "n"))
    assert list(read_drops(tmp_path).sources) == ["m.x", "n.y"]


def test_a_link_is_followed_within_the_folder_and_never_out_of_it(tmp_path: Path) -> None:
    folder = tmp_path / "drops"
    write(folder, a=drop("a"))
    # As Kubernetes mounts a ConfigMap: the file links into a hidden folder beside it.
    (folder / "..data").mkdir()
    (folder / "..data" / "in.yaml").write_text(drop("in"), encoding="utf-8")
    (folder / "in.yaml").symlink_to(Path("..data") / "in.yaml")
    (tmp_path / "secret.yaml").write_text(drop("out"), encoding="utf-8")
    (folder / "out.yaml").symlink_to(tmp_path / "secret.yaml")
    (folder / "nowhere.yaml").symlink_to(folder / "missing")
    (folder / "loop").symlink_to(folder)
    drops = read_drops(folder)
    assert list(drops.sources) == ["m.a", "m.in"]
    assert messages(drops) == [
        "nowhere.yaml:1:1: the file cannot be read: No such file or directory",
        "out.yaml:1:1: the link leaves the drops folder. Copy the file into it.",
    ]


def test_the_folder_itself_may_be_a_link(tmp_path: Path) -> None:
    write(tmp_path / "real", a=drop("a"))
    (tmp_path / "drops").symlink_to(tmp_path / "real")
    assert list(read_drops(tmp_path / "drops").sources) == ["m.a"]


def test_a_pipe_does_not_hang_the_reading(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.yaml")
    assert messages(read_drops(tmp_path)) == ["a.yaml:1:1: not a regular file. Replace it by one."]


def test_a_file_too_large_is_refused_unread(tmp_path: Path) -> None:
    write(tmp_path, a=drop("a") + "#" * 1_000_000)
    assert messages(read_drops(tmp_path)) == [
        "a.yaml:1:1: the file is larger than 1000000 bytes. Split it."
    ]


def test_a_file_that_is_not_utf8_is_refused_at_the_byte(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"modules: []\n# caf\xe9\n")
    assert messages(read_drops(tmp_path)) == [
        "a.yaml:2:6: Failed to parse YAML file: it is not UTF-8. Save it as UTF-8."
    ]


def test_a_byte_order_mark_and_windows_line_ends_are_welcome(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"\xef\xbb\xbf" + drop("a").replace("\n", "\r\n").encode())
    assert list(read_drops(tmp_path).sources) == ["m.a"]


def test_a_file_name_that_is_no_text_is_refused(tmp_path: Path) -> None:
    for name in (b"a\xff.yaml", b"b\n.yaml"):
        Path(os.fsdecode(bytes(tmp_path) + b"/" + name)).write_text("modules: []")
    found = messages(read_drops(tmp_path))
    assert len(found) == 2
    assert all(message.isprintable() and "name is not printable" in message for message in found)


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_folder_that_cannot_be_listed_is_unknown_not_empty(tmp_path: Path) -> None:
    write(tmp_path, closed__a=drop("a"))
    (tmp_path / "closed").chmod(0)
    assert read_drops(tmp_path).is_unknown("closed/a.yaml")


def test_a_failed_folder_covers_every_file_below_it_and_no_other() -> None:
    failed = FailedDrop("a/", ())
    assert failed.covers("a/b/c.yaml")
    assert not failed.covers("a.yaml")


def test_a_failed_drop_may_declare_what_it_mentions_and_nothing_else(tmp_path: Path) -> None:
    write(tmp_path, a=drop("orders") + "[")
    drops = read_drops(tmp_path)
    assert drops.may_declare("elsewhere.yaml", "orders")
    assert not drops.may_declare("elsewhere.yaml", "order")
    assert drops.may_declare("a.yaml", "whatever")


def test_mutated_bytes_never_raise(tmp_path: Path) -> None:
    dice = random.Random(3)
    valid = (drop("orders") + "  description: größer\n").encode()
    for _ in range(200):
        content = bytearray(valid)
        for _ in range(dice.randint(1, 3)):
            content[dice.randrange(len(content))] = dice.randrange(256)
        (tmp_path / "a.yaml").write_bytes(content)
        drops = read_drops(tmp_path)
        assert len(drops.files) + len(drops.failed) == 1
        assert all(message.isprintable() for message in messages(drops))
