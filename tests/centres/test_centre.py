"""Which centre a call starts with."""

import pytest
from pydantic import ValidationError

from centres import Centre, which

CENTRES = (
    Centre(code="changsha", name="长沙", area_codes=("0731",)),
    Centre(code="zhuzhou", name="株洲", area_codes=("0731",)),
    Centre(code="yueyang", name="岳阳", numbers=("073012329",), area_codes=("0730",)),
)


@pytest.mark.parametrize(
    ("dialled", "caller", "code", "decided_by"),
    [
        ("073012329", "073188887777", "yueyang", "number"),
        ("12329", "07308887777", "yueyang", "area_code"),
        ("12329", "073188887777", "changsha", "default"),  # 0731 belongs to two
        ("12329", "13812345678", "changsha", "default"),
        ("12329", "", "changsha", "default"),
        ("12329", "anonymous", "changsha", "default"),
    ],
)
def test_number_then_area_code_then_default(dialled: str, caller: str, code: str, decided_by: str) -> None:
    choice = which(CENTRES, "changsha", dialled=dialled, caller=caller)
    assert (choice.centre.code, choice.decided_by) == (code, decided_by)


@pytest.mark.parametrize("code", ["", "Changsha", "长沙", "a b", "1st", "x" * 33, "a;b"])
def test_a_code_is_safe_wherever_it_is_written(code: str) -> None:
    with pytest.raises(ValidationError):
        Centre(code=code, name="长沙")
