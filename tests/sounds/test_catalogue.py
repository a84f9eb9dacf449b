"""The catalogue names every mistake of its author."""

from pathlib import Path

import pytest

from sounds import Catalogue, CatalogueError


def load(folder: Path, text: str, pieces: dict[str, str] | None = None) -> Catalogue:
    file = folder / "catalogue.toml"
    file.write_text(text, encoding="utf-8")
    return Catalogue.load(file, pieces)


def test_a_common_reading_reaches_the_prompts_it_occurs_in(tmp_path: Path) -> None:
    catalogue = load(
        tmp_path,
        '[pinyin]\n"还款" = "huan2 kuan3"\n[prompts.a]\ntext = "还款请按一。"\n[prompts."b.c"]\ntext = "再见。"\n',
        {"value/n/1": "一", "value/x": "还款"},
    )
    assert list(catalogue) == ["a", "b.c", "value/n/1", "value/x"]
    assert catalogue["a"].pinyin == {"还款": "huan2 kuan3"} == catalogue["value/x"].pinyin
    assert catalogue["b.c"].pinyin == {}
    assert catalogue["value/n/1"].text == "一"


def test_a_prompt_s_own_reading_goes_before_the_common_one(tmp_path: Path) -> None:
    catalogue = load(
        tmp_path,
        '[pinyin]\n"重" = "zhong4"\n[prompts.a]\ntext = "重听"\npinyin = {"重" = "chong2"}\n[prompts.b]\ntext = "重要"\n',
    )
    assert (catalogue["a"].pinyin["重"], catalogue["b"].pinyin["重"]) == ("chong2", "zhong4")


def test_the_fingerprint_follows_text_and_readings_only_of_the_prompt(tmp_path: Path) -> None:
    text = '[prompts.a]\ntext = "还款"\n[prompts.b]\ntext = "再见"\n'
    plain = load(tmp_path, text)
    told = load(tmp_path, '[pinyin]\n"还" = "huan2"\n' + text)
    changed = load(tmp_path, text.replace("再见", "您好"))
    assert plain["a"].fingerprint == changed["a"].fingerprint != told["a"].fingerprint
    assert plain["b"].fingerprint == told["b"].fingerprint != changed["b"].fingerprint


@pytest.mark.parametrize(
    ("toml", "told"),
    [
        ("[prompts.a]\ntext = 1\n", "prompts.a: expected text"),
        ("[prompts.a]\n", "prompts.a: expected text"),
        ('[prompts]\na = "请按一"\n', "prompts.a: expected text"),
        ('[prompts.a]\ntext = "请按一"\nvoice = "x"\n', "prompts.a: expected text"),
        ('[prompts.a]\ntext = "请按一"\ntone = "yes"\n', "prompts.a: expected tone"),
        ('[prompts.a]\ntext = " "\n', "prompts.a: expected Chinese"),
        ('[prompts.a]\ntext = "请按1。"\n', "prompts.a: expected Chinese"),
        ('[prompts.a]\ntext = "。"\n', "prompts.a: expected Chinese"),
        ('[prompts."../a"]\ntext = "请按一"\n', "expected an id"),
        ('[prompts."A"]\ntext = "请按一"\n', "expected an id"),
        ('[prompts.a]\ntext = "还款"\npinyin = {"还款" = "huan2"}\n', "还款: expected 2 syllables"),
        ('[prompts.a]\ntext = "还款"\npinyin = {"还款" = "huán kuǎn"}\n', "还款: expected 2 syllables"),
        ('[prompts.a]\ntext = "还款"\npinyin = {"贷款" = "dai4 kuan3"}\n', "贷款 does not occur"),
        ('[pinyin]\n"x" = "huan2"\n', "pinyin: x: expected"),
        ("[prompt.a]\n", "expected the tables pinyin and prompts"),
        ("prompts", "catalogue.toml"),
    ],
)
def test_a_mistake_is_named_with_its_place(tmp_path: Path, toml: str, told: str) -> None:
    with pytest.raises(CatalogueError, match=r"catalogue\.toml") as refused:
        load(tmp_path, toml)
    assert told in str(refused.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="nowhere"):
        Catalogue.load(tmp_path / "nowhere.toml")
