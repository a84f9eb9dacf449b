"""Feature codes of agents' phones."""

import seats.demo
from tests.agi_scripts.conftest import SEED, Hotline

PHONE = {"channel": "PJSIP/ag8001-00000007"}
PIN = seats.demo.pin(SEED, "1001")


async def test_signing_in_joins_the_centres_queue(hotline: Hotline) -> None:
    line = await hotline.call("1001#", PIN + "#", route="sign_in", **PHONE)
    assert line.said() == "seat.number seat.pin seat.signed_in"
    assert ("AddQueueMember", "changsha,PJSIP/ag8001,0,,1001,PJSIP/ag8001") in line.applications
    told = [arguments for name, arguments in line.applications if name == "UserEvent"]
    assert told == ["HotlineSeat,Agent: 1001,Queue: changsha,State: signed_in,Interface: PJSIP/ag8001"]


async def test_a_wrong_pin_joins_nothing(hotline: Hotline) -> None:
    line = await hotline.call("1001#", "111111#", route="sign_in", **PHONE)
    assert line.said() == "seat.number seat.pin seat.wrong"
    assert not line.applications


async def test_an_unknown_number_sounds_like_a_wrong_pin(hotline: Hotline) -> None:
    line = await hotline.call("7777#", "111111#", route="sign_in", **PHONE)
    assert line.said() == "seat.number seat.pin seat.wrong"


async def test_a_phone_has_one_agent(hotline: Hotline) -> None:
    await hotline.call("1001#", PIN + "#", route="sign_in", **PHONE)
    line = await hotline.call("1002#", seats.demo.pin(SEED, "1002") + "#", route="sign_in", **PHONE)
    assert ("RemoveQueueMember", "changsha,PJSIP/ag8001") in line.applications
    assert ("AddQueueMember", "changsha,PJSIP/ag8001,0,,1002,PJSIP/ag8001") in line.applications


async def test_pause_resume_and_sign_out(hotline: Hotline) -> None:
    await hotline.call("1001#", PIN + "#", route="sign_in", **PHONE)
    paused = await hotline.call(route="pause", **PHONE)
    resumed = await hotline.call(route="resume", **PHONE)
    out = await hotline.call(route="sign_out", **PHONE)
    again = await hotline.call(route="sign_out", **PHONE)
    assert (paused.said(), resumed.said(), out.said(), again.said()) == (
        "seat.paused", "seat.ready", "seat.signed_out", "seat.nobody",
    )  # fmt: skip
    assert ("PauseQueueMember", "changsha,PJSIP/ag8001") in paused.applications
    assert ("UnpauseQueueMember", "changsha,PJSIP/ag8001") in resumed.applications
    assert ("RemoveQueueMember", "changsha,PJSIP/ag8001") in out.applications


async def test_an_expert_signs_in_without_joining_the_first_line(hotline: Hotline) -> None:
    line = await hotline.call("1101#", seats.demo.pin(SEED, "1101") + "#", route="sign_in", **PHONE)
    assert line.said() == "seat.number seat.pin seat.signed_in"
    assert not [name for name, _ in line.applications if name == "AddQueueMember"]
