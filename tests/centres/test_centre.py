"""Which centre a call starts with."""

import pytest
from pydantic import ValidationError

from centres import Centre, names, national, which

CENTRES = (
    Centre(code="changsha", name="长沙", area_codes=("0731",)),
    Centre(code="zhuzhou", name="株洲", area_codes=("0731",)),
    Centre(code="yueyang", name="岳阳", numbers=("073012329",), area_codes=("0730",)),
)


@pytest.mark.parametrize(
    ("dialled", "caller", "codes", "decided_by"),
    [
        ("073012329", "073188887777", "yueyang", "number"),
        ("12329", "07308887777", "yueyang", "area_code"),
        ("12329", "+867308887777", "yueyang", "area_code"),
        ("12329", "00867308887777", "yueyang", "area_code"),
        ("12329", "073188887777", "changsha zhuzhou", ""),  # 0731 belongs to two
        ("12329", "13812345678", "changsha zhuzhou yueyang", ""),
        ("12329", "+8613073012345", "changsha zhuzhou yueyang", ""),
        ("12329", "007308887777", "changsha zhuzhou yueyang", ""),  # abroad
        ("12329", "", "changsha zhuzhou yueyang", ""),
        ("12329", "anonymous", "changsha zhuzhou yueyang", ""),
    ],
)
def test_number_then_area_code_then_the_caller(dialled: str, caller: str, codes: str, decided_by: str) -> None:
    choice = which(CENTRES, dialled=dialled, caller=caller)
    assert " ".join(centre.code for centre in choice.among) == codes
    assert choice.decided_by == decided_by
    assert (choice.certain is not None) == bool(decided_by)


def test_one_centre_alone_has_every_call() -> None:
    assert which(CENTRES[:1], dialled="12329", caller="").certain == CENTRES[0]


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("+8613812345678", "13812345678"), ("008613812345678", "13812345678"), ("+8673112345678", "073112345678"),
        ("+861088887777", "01088887777"), ("+86073112345678", "073112345678"), ("13812345678", "13812345678"),
        ("073112345678", "073112345678"), ("", ""), ("8001", "8001"), ("+4930123456", "+4930123456"),
    ],
)  # fmt: skip
def test_a_number_is_the_same_however_the_trunk_writes_it(number: str, shown: str) -> None:
    assert national(number) == shown


@pytest.mark.parametrize("code", ["", "Changsha", "长沙", "a b", "1st", "x" * 33, "a;b"])
def test_a_code_is_safe_wherever_it_is_written(code: str) -> None:
    with pytest.raises(ValidationError):
        Centre(code=code, name="长沙")


def test_a_few_are_chosen_by_one_key_and_many_by_two() -> None:
    many = [Centre(code=f"c{number}", name="长沙") for number in range(1, 16)]
    assert list(names.keys(many[:8])) == list("12345678")
    assert list(names.keys(many)) == [f"{number:02d}" for number in range(1, 16)]


def test_every_choice_has_its_text() -> None:
    texts = names.texts(CENTRES)
    assert texts["centre/yueyang"] == "岳阳中心"
    assert texts["centre/zhuzhou/2"] == "株洲请按二"
    for among in (CENTRES, CENTRES[:2]):
        assert {names.choice(centre, key) for key, centre in names.keys(among).items()} <= texts.keys()
    many = [Centre(code=f"c{number}", name="长沙") for number in range(1, 16)]
    assert names.texts(many)["centre/c10/10"] == "长沙请按一零"
    assert names.texts(CENTRES[:1]) == {"centre/changsha": "长沙中心"}
