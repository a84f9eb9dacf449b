"""Which centre a call is served by: decided, said, asked, changed, remembered."""

import datetime as dt
import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

import fund.demo
from centres import Centre
from tests.agi_scripts.conftest import INVENTED, PASSWORDS, SEED, Hotline, answering
from tests.agi_scripts.test_any_keys import ends_well, pressed

NAMES = "长沙 省直 株洲 湘潭 衡阳 邵阳 岳阳 常德 张家界 益阳 郴州 永州 怀化 娄底 湘西州"
CODES = (
    "changsha shengzhi zhuzhou xiangtan hengyang shaoyang yueyang changde zhangjiajie yiyang chenzhou yongzhou huaihua"
)
HUNAN = tuple(
    Centre(code=code, name=name, area_codes=("0731",) if number < 4 else (f"07{30 + number}",))
    for number, (code, name) in enumerate(zip([*CODES.split(), "loudi", "xiangxi"], NAMES.split(), strict=True))
)
MOBILES = map(str, itertools.count(13_900_000_000))
LANDLINES = map(str, itertools.count(73_180_000_000))
NOW = dt.datetime(2026, 11, 23, 2, tzinfo=dt.UTC)

Open = Callable[..., AbstractAsyncContextManager[Hotline]]


def confirmed(code: str) -> str:
    return f"centre.current centre/{code} centre.change"


@pytest.fixture
async def opened(engine: AsyncEngine, tmp_path: Path) -> Open:
    """Open a hotline of all fifteen centres, with other settings if need be."""
    await fund.demo.load(engine, INVENTED, PASSWORDS, SEED)

    def make(
        default_centre: str = "changsha",
        centres: tuple[Centre, ...] = HUNAN,
        clock: Callable[[], dt.datetime] = lambda: NOW,
    ) -> AbstractAsyncContextManager[Hotline]:
        return answering(engine, tmp_path, centres=centres, default_centre=default_centre, clock=clock)

    return make


@pytest.fixture
async def hunan(opened: Open) -> AsyncIterator[Hotline]:
    async with opened() as hotline:
        yield hotline


@pytest.fixture
async def asking(opened: Open) -> AsyncIterator[Hotline]:
    """No default: who is unknown is asked."""
    async with opened(default_centre="") as hotline:
        yield hotline


def mobile() -> dict[str, str]:
    return {"callerid": next(MOBILES), "extension": "12329"}


def landline() -> dict[str, str]:
    """A fixed line of 0731, which four centres share."""
    return {"callerid": f"0{next(LANDLINES)}", "extension": "12329"}


async def test_an_area_code_of_one_centre_decides_silently(hunan: Hotline) -> None:
    line = await hunan.call("*", "0", callerid="07347654321", extension="12329")
    assert line.said() == "welcome menu.main menu.main agent.connecting", "* changes nothing here"
    assert (line.variables["HL_CENTRE"], line.variables["HL_QUEUE"]) == ("hengyang", "hengyang")
    assert hunan.facts("centre") == [{"centre": "hengyang", "by": "area_code"}]


async def test_the_default_is_said_and_not_asked(hunan: Hotline) -> None:
    line = await hunan.call("0", **mobile())
    assert line.said() == f"welcome {confirmed('changsha')} menu.main agent.connecting"
    assert hunan.facts("centre") == [{"centre": "changsha", "by": "default"}]


async def test_who_knows_the_way_presses_through_the_confirmation(hunan: Hotline) -> None:
    def impatient(line: object) -> None:
        line.interrupts["welcome"] = "1"  # type: ignore[attr-defined]

    line = await hunan.call("1", None, prepare=impatient, **mobile())
    assert line.said() == "welcome menu.query verify.notice verify.account"


async def test_an_area_code_of_four_centres_is_asked_by_one_key(hunan: Hotline) -> None:
    line = await hunan.call("3", "0", **landline())
    choices = "centre/changsha/1 centre/shengzhi/2 centre/zhuzhou/3 centre/xiangtan/4"
    assert line.said() == f"welcome centre.which {choices} {confirmed('zhuzhou')} menu.main agent.connecting"
    assert line.variables["HL_QUEUE"] == "zhuzhou"
    assert hunan.facts("centre") == [{"centre": "zhuzhou", "by": "asked"}]


async def test_wrong_keys_at_the_choice_are_told_and_then_a_person_is_offered(hunan: Hotline) -> None:
    line = await hunan.call("5", "", "7", "0", **landline())
    assert line.heard.count("centre.which") == 3
    assert line.said().endswith("agent.offer agent.connecting")
    assert line.variables["HL_QUEUE"] == "changsha"


async def test_star_at_the_choice_takes_the_default(hunan: Hotline) -> None:
    line = await hunan.call("*", "0", **landline())
    assert line.said().endswith(f"centre/xiangtan/4 {confirmed('changsha')} menu.main agent.connecting")


async def test_a_default_elsewhere_is_no_answer_to_an_area_code(opened: Open) -> None:
    async with opened(default_centre="yueyang") as hotline:
        line = await hotline.call("*", "0", **landline())
        assert line.said().endswith(f"{confirmed('changsha')} menu.main agent.connecting")


async def test_zero_at_the_choice_leads_to_a_person(hunan: Hotline) -> None:
    assert (await hunan.call("0", **landline())).said().endswith("centre/xiangtan/4 agent.connecting")


async def test_without_a_default_the_unknown_are_asked_by_two_digits(asking: Hotline) -> None:
    line = await asking.call("15", "0", **mobile())
    listed = " ".join(f"centre/{centre.code}/{number:02d}" for number, centre in enumerate(HUNAN, 1))
    assert line.said() == f"welcome centre.list {listed} centre.enter {confirmed('xiangxi')} menu.main agent.connecting"
    assert line.variables["HL_QUEUE"] == "xiangxi"


async def test_the_list_is_read_in_pieces_and_a_key_ahead_ends_it(asking: Hotline) -> None:
    def ahead(line: object) -> None:
        line.interrupts["centre/shaoyang/06"] = "0"  # type: ignore[attr-defined]

    line = await asking.call("7", "0", prepare=ahead, **mobile())
    assert "centre/yiyang/10" in line.heard
    assert "centre/chenzhou/11" not in line.heard
    assert "centre.enter" not in line.heard
    assert line.variables["HL_CENTRE"] == "yueyang"


@pytest.mark.parametrize("number", ["00", "16", "99", "5#"])
async def test_two_digits_that_are_nobodys_are_told(asking: Hotline, number: str) -> None:
    line = await asking.call(number, "08", "0", **mobile())
    assert "centre.enter key.wrong centre.enter" in line.said()
    assert line.variables["HL_QUEUE"] == "changde"


async def test_nine_reads_the_list_again(asking: Hotline) -> None:
    line = await asking.call("9#", "01", "0", **mobile())
    assert line.heard.count("centre.list") == 2
    assert line.variables["HL_QUEUE"] == "changsha"


async def test_zero_in_the_list_leads_to_a_person_and_star_to_the_first(asking: Hotline) -> None:
    assert (await asking.call("0#", **mobile())).heard[-1] == "agent.connecting"
    line = await asking.call("*#", "0", **mobile())
    assert line.said().endswith(f"{confirmed('changsha')} menu.main agent.connecting")


async def test_silence_in_the_list_offers_a_person_and_says_goodbye(asking: Hotline) -> None:
    line = await asking.call(*[""] * 6, **mobile())
    assert line.heard.count("centre.enter") == 3
    assert (line.heard[-1], line.variables["HL_NEXT"]) == ("goodbye", "bye")


@pytest.mark.parametrize("seed", range(20))
async def test_any_keys_where_the_centre_is_asked(asking: Hotline, seed: int) -> None:
    caller = (mobile if seed % 2 else landline)()
    person = INVENTED.depositors[seed % len(INVENTED.depositors)]
    assert ends_well(await asking.call(*pressed(seed + 200, person), **caller))


async def test_star_at_the_main_menu_changes_the_centre(hunan: Hotline) -> None:
    caller = mobile()
    line = await hunan.call("*", "05", "0", **caller)
    assert line.said().startswith(f"welcome {confirmed('changsha')} menu.main centre.list centre/changsha/01")
    assert line.said().endswith(f"centre.enter {confirmed('hengyang')} menu.main agent.connecting")
    assert (line.variables["HL_CENTRE"], line.variables["HL_QUEUE"]) == ("hengyang", "hengyang")
    assert [fact["by"] for fact in hunan.facts("centre")] == ["default", "changed"]
    again = await hunan.call("0", **caller)
    assert again.said() == f"welcome.again {confirmed('hengyang')} menu.main agent.connecting"


async def test_star_twice_stays(hunan: Hotline) -> None:
    line = await hunan.call("*", "*#", "0", **mobile())
    assert line.said().endswith("centre.enter menu.main agent.connecting")
    assert line.variables["HL_QUEUE"] == "changsha"


async def test_a_choice_is_remembered_of_the_calling_number(hunan: Hotline) -> None:
    caller = landline()
    await hunan.call("4", None, **caller)
    line = await hunan.call("0", **caller | {"callerid": f"+86{caller['callerid'][1:]}"})
    assert line.said() == f"welcome.again {confirmed('xiangtan')} menu.main agent.connecting"
    assert hunan.facts("centre")[-1] == {"centre": "xiangtan", "by": "remembered"}


async def test_another_number_and_a_withheld_one_know_nothing_of_it(hunan: Hotline) -> None:
    await hunan.call("4", None, **landline())
    assert "centre.which" in (await hunan.call("1", None, **landline())).heard
    for _ in range(2):
        line = await hunan.call("0", callerid="", extension="12329")
        assert line.said().startswith(f"welcome {confirmed('changsha')}")


async def test_a_remembered_centre_that_is_gone_is_asked_again(opened: Open, hunan: Hotline) -> None:
    caller = landline()
    await hunan.call("4", None, **caller)
    async with opened(centres=HUNAN[:3] + HUNAN[4:]) as fewer:
        assert "centre.which" in (await fewer.call("1", None, **caller)).heard


async def test_who_called_within_a_month_hears_the_short_welcome(opened: Open) -> None:
    caller = mobile()
    for days, greeting in ((0, "welcome"), (30, "welcome.again"), (61, "welcome"), (61.5, "welcome.again")):
        now = NOW + dt.timedelta(days=days) - dt.timedelta(seconds=bool(days))
        async with opened(clock=lambda now=now: now) as hotline:
            assert (await hotline.call("0", **caller)).heard[0] == greeting, days


async def test_an_account_is_asked_for_again_at_another_centre(hunan: Hotline) -> None:
    person = INVENTED.depositors[0]
    login = [f"{person['account']}#", person["password"]]
    line = await hunan.call("1", "1", *login, "*", "*", "*", "07", "1", "1", *login, None, **mobile())
    assert line.heard.count("verify.account") == 3, "here, there, and there again"
    assert line.said().index("verify.wrong") > line.said().index("account.balance")


async def test_back_from_the_queue_the_centre_can_be_changed_still(hunan: Hotline) -> None:
    back = {"QUEUESTATUS": "JOINEMPTY", "HL_CENTRE": "zhuzhou", "HL_DIALLED": "12329"}
    line = await hunan.call("*", "*", "1", "0", route="after_queue", variables=back, **landline())
    assert "centre.which" in line.heard
    assert line.variables["HL_QUEUE"] == "changsha"


async def test_without_a_database_the_call_begins_all_the_same(adrift: Hotline) -> None:
    caller = mobile()
    line = await adrift.call("*", "2", "0", **caller)
    assert line.said().startswith(f"welcome {confirmed('changsha')} menu.main centre.which")
    assert line.variables["HL_QUEUE"] == "yueyang"
    assert (await adrift.call("0", **caller)).heard[0] == "welcome"


async def test_the_number_stands_nowhere(hunan: Hotline, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG", logger="callers")
    caller = mobile()
    await hunan.call("*", "05", "0", **caller)
    assert caller["callerid"] not in hunan.journal.read_text(encoding="utf-8") + caplog.text
