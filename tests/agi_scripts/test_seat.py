"""Feature codes of agents' phones."""

import pytest

import seats.demo
from asterisk_conf import FEATURE_ROUTES
from seats.service import PAUSED, READY, Occupant
from tests.agi_scripts.conftest import SEED, Hotline
from tests.agi_scripts.line import Line

PHONE = {"channel": "PJSIP/ag8001-00000007"}
OTHER = {"channel": "PJSIP/ag8002-0000000a"}
DESK, OTHER_DESK = "PJSIP/ag8001", "PJSIP/ag8002"
PIN = seats.demo.pin(SEED, "1001") + "#"
SUPERVISORS = FEATURE_ROUTES[FEATURE_ROUTES.index("listen") :]
PIN_2 = seats.demo.pin(SEED, "1002") + "#"


@pytest.fixture
async def hotline(hotline: Hotline) -> Hotline:
    """Nobody is signed in: the module's database has the seats of the test before."""
    for interface in (DESK, OTHER_DESK):
        await hotline.world.seats.sign_out(interface)
    return hotline


def told(line: Line) -> list[str]:
    """What the ledger is told: agent, state, interface."""
    events = [arguments for name, arguments in line.applications if name == "UserEvent"]
    return [
        " ".join(field.partition(": ")[2] for field in event.split(",")[1:] if not field.startswith("Queue"))
        for event in events
    ]


async def test_signing_in_joins_the_centres_queue(hotline: Hotline) -> None:
    line = await hotline.call("1001#", PIN, route="sign_in", **PHONE)
    assert line.said() == "seat.number seat.pin seat.signed_in"
    assert hotline.queues.members == {("changsha", DESK): "1001"}
    assert ("AddQueueMember", f"changsha,{DESK},0,,1001,{DESK}") in line.applications
    assert line.applications[-1] == (
        "UserEvent", f"HotlineSeat,Agent: 1001,Queue: changsha,State: signed_in,Interface: {DESK}",
    )  # fmt: skip


async def test_signing_in_again_changes_nothing(hotline: Hotline) -> None:
    for _ in range(2):
        line = await hotline.call("1001#", PIN, route="sign_in", **PHONE)
        assert line.heard[-1] == "seat.signed_in"
        assert told(line) == [f"1001 signed_in {DESK}"]
        assert hotline.queues.members == {("changsha", DESK): "1001"}


async def test_a_wrong_pin_joins_nothing(hotline: Hotline) -> None:
    line = await hotline.call("1001#", "111111#", route="sign_in", **PHONE)
    assert line.said() == "seat.number seat.pin seat.wrong"
    assert not line.applications
    assert await hotline.world.seats.occupant(DESK) is None


async def test_an_unknown_number_sounds_like_a_wrong_pin(hotline: Hotline) -> None:
    line = await hotline.call("7777#", "111111#", route="sign_in", **PHONE)
    assert line.said() == "seat.number seat.pin seat.wrong"


async def test_three_times_nothing_ends_in_words(hotline: Hotline) -> None:
    line = await hotline.call("", "", "", route="sign_in", **PHONE)
    assert line.heard[-1] == "goodbye"


async def test_a_phone_has_one_agent(hotline: Hotline) -> None:
    await hotline.call("1001#", PIN, route="sign_in", **PHONE)
    line = await hotline.call("1002#", PIN_2, route="sign_in", **PHONE)
    assert hotline.queues.members == {("changsha", DESK): "1002"}
    assert told(line) == [f"1001 signed_out {DESK}", f"1002 signed_in {DESK}"]


async def test_an_agent_has_one_phone(hotline: Hotline) -> None:
    await hotline.call("1001#", PIN, route="sign_in", **PHONE)
    line = await hotline.call("1001#", PIN, route="sign_in", **OTHER)
    assert hotline.queues.members == {("changsha", OTHER_DESK): "1001"}, "the phone that was left rings no more"
    assert told(line) == [f"1001 signed_out {DESK}", f"1001 signed_in {OTHER_DESK}"]
    assert (await hotline.call(route="pause", **PHONE)).said() == "seat.nobody"


async def test_a_member_asterisk_kept_gets_the_name_of_who_signs_in(hotline: Hotline) -> None:
    """Asterisk keeps its members over restarts; a restored database may not know them."""
    hotline.queues.members["changsha", DESK] = "1002"
    line = await hotline.call("1001#", PIN, route="sign_in", **PHONE)
    assert line.heard[-1] == "seat.signed_in"
    assert hotline.queues.members == {("changsha", DESK): "1001"}


async def test_a_queue_asterisk_does_not_have_is_no_seat(hotline: Hotline) -> None:
    hotline.queues.names = frozenset()
    line = await hotline.call("1001#", PIN, route="sign_in", **PHONE)
    assert line.said() == "seat.number seat.pin seat.unavailable"
    assert told(line) == []
    assert await hotline.world.seats.occupant(DESK) is None


@pytest.mark.parametrize("moment", ["AddQueueMember", "UnpauseQueueMember", "UserEvent"])
async def test_hanging_up_while_signing_in_leaves_nothing_half_done(hotline: Hotline, moment: str) -> None:
    def prepare(line: Line) -> None:
        line.hangs_up_in = moment

    line = await hotline.call("1001#", PIN, route="sign_in", prepare=prepare, **PHONE)
    assert line.gone
    assert hotline.queues.members == {("changsha", DESK): "1001"}
    assert told(line) == [f"1001 signed_in {DESK}"]
    assert await hotline.world.seats.occupant(DESK) == Occupant("1001", "changsha", "agent")


@pytest.mark.parametrize("keys", [[None], ["1001#", None]])
async def test_hanging_up_at_a_question_signs_nobody_in(hotline: Hotline, keys: list[str | None]) -> None:
    line = await hotline.call(*keys, route="sign_in", **PHONE)
    assert not line.applications
    assert await hotline.world.seats.occupant(DESK) is None


async def test_pause_resume_and_sign_out(hotline: Hotline) -> None:
    await hotline.call("1001#", PIN, route="sign_in", **PHONE)
    paused = await hotline.call(route="pause", extension="*132", **PHONE)
    resumed = await hotline.call(route="resume", **PHONE)
    out = await hotline.call(route="sign_out", **PHONE)
    again = await hotline.call(route="sign_out", **PHONE)
    assert [line.said() for line in (paused, resumed, out, again)] == [
        "seat.paused", "seat.ready", "seat.signed_out", "seat.nobody",
    ]  # fmt: skip
    assert ("PauseQueueMember", f"changsha,{DESK},,用餐") in paused.applications
    assert ("UnpauseQueueMember", f"changsha,{DESK}") in resumed.applications
    assert [*told(paused), *told(resumed), *told(out), *told(again)] == [
        f"1001 {PAUSED} {DESK} 用餐", f"1001 {READY} {DESK}", f"1001 signed_out {DESK}",
    ]  # fmt: skip
    assert not hotline.queues.members


async def test_the_reason_of_a_pause_is_asked_by_key(hotline: Hotline) -> None:
    await hotline.call("1001#", PIN, route="sign_in", **PHONE)
    line = await hotline.call("8", "5", route="pause", extension="*13", **PHONE)
    assert line.said().startswith("seat.why pause.rest seat.press value/digit/1")
    assert line.heard[-1] == "seat.paused"
    (seat,) = await hotline.world.seats.sitting("1001")
    assert (seat.state, seat.reason) == (PAUSED, "会议")
    assert seat.until is not None
    assert (seat.until - seat.since).total_seconds() == 3600


async def test_without_a_reason_nobody_is_paused(hotline: Hotline) -> None:
    await hotline.call("1001#", PIN, route="sign_in", **PHONE)
    line = await hotline.call("", "", "", route="pause", extension="*139", **PHONE)
    assert line.heard[-1] == "goodbye"
    assert (await hotline.world.seats.sitting("1001"))[0].state == READY


async def test_wrap_up_is_ended_by_its_agent(hotline: Hotline) -> None:
    await hotline.call("1001#", PIN, route="sign_in", **PHONE)
    none = await hotline.call(route="wrap_up_end", extension="*15", **PHONE)
    assert await hotline.world.seats.begin_wrap_up(DESK, "1001", "1795426380.1", "changsha")
    ended = await hotline.call(route="wrap_up_end", extension="*15", **PHONE)
    assert [line.said() for line in (none, ended)] == ["seat.no_wrap_up", "seat.ready"]
    assert ("UnpauseQueueMember", f"changsha,{DESK}") in ended.applications
    (stay,) = [one for one in await hotline.world.seats.untold() if one.state == "wrap_up"]
    assert (stay.agent, stay.call, stay.ended_by) == ("1001", "1795426380.1", "agent")


async def test_an_expert_signs_in_without_joining_the_first_line(hotline: Hotline) -> None:
    line = await hotline.call("1101#", seats.demo.pin(SEED, "1101") + "#", route="sign_in", **PHONE)
    assert line.heard[-1] == "seat.signed_in"
    assert not hotline.queues.members


@pytest.mark.parametrize("channel", ["PJSIP/trunk-00000001", "Local/ag8001@phones-00000001;1", "PJSIP/ag8001", ""])
@pytest.mark.parametrize("route", FEATURE_ROUTES)
async def test_only_an_agents_phone_can_be_a_seat(hotline: Hotline, route: str, channel: str) -> None:
    line = await hotline.call(route=route, channel=channel)
    assert line.said() == "seat.unavailable"
    assert not line.applications


@pytest.mark.parametrize("route", FEATURE_ROUTES)
async def test_without_a_database_it_is_said(adrift: Hotline, route: str) -> None:
    if route in SUPERVISORS:
        assert (await adrift.call(route=route, extension="*318001", **PHONE)).said() == "supervise.not_now"
        return
    line = await adrift.call(*["1001#", PIN][: 2 * (route == "sign_in")], route=route, **PHONE)
    assert line.heard[-1] == "seat.unavailable"
    assert not line.applications


async def test_the_pin_is_in_no_log(hotline: Hotline, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    await hotline.call("1001#", PIN, route="sign_in", **PHONE)
    assert PIN.strip("#") not in "\n".join(record.getMessage() for record in caplog.records)
    assert PIN.strip("#") not in (hotline.journal.read_text(encoding="utf-8") if hotline.journal.exists() else "")
