"""Two robot telephones, one wire between them and nothing else: what one does, the other notices."""

import asyncio
from collections.abc import AsyncIterator

import numpy as np
import pytest

from robot.ear import Ear
from robot.exceptions import CallFailed, CallOver, PhoneBroken, Refused
from robot.lexicon import Lexicon
from robot.phone import Phone
from sounds import alaw
from sounds.recordings import Recordings


@pytest.fixture
async def callee() -> AsyncIterator[Phone]:
    async with Phone("127.0.0.1:9", name="callee") as phone:
        yield phone


@pytest.fixture
async def caller(callee: Phone) -> AsyncIterator[Phone]:
    async with Phone(callee.address, name="caller") as phone:
        yield phone


async def test_both_hear_each_other_sample_by_sample(
    caller: Phone, callee: Phone, lexicon: Lexicon, recordings: Recordings
) -> None:
    caller.listener, callee.listener = mine, theirs = Ear(lexicon), Ear(lexicon)
    await callee.answer_always()
    await caller.call("12329", caller="13812345678")
    assert "13812345678" in await callee.rung(within=5)
    welcome, wrong = (alaw.decode(recordings.audio(name)) for name in ("verify.password", "key.wrong"))
    await callee.play(welcome)
    await caller.play(wrong)
    heard = await mine.heard("verify.password", within=10), await theirs.heard("key.wrong", within=10)
    ended = [await mine.said(heard[0], within=10), await theirs.said(heard[1], within=10)]
    assert all(entry.score > 0.99 and not entry.cut for entry in ended)
    await caller.hang_up()
    await callee.ended(within=5)
    slices = np.array_split(welcome, 5)
    untouched = [part for part in slices if part.tobytes() in mine.samples.tobytes()]
    assert len(untouched) >= 3  # a loaded machine may lose a packet


async def test_keys_arrive_one_by_one(caller: Phone, callee: Phone) -> None:
    await callee.answer_always()
    await caller.call("12329", caller="13812345678")
    await callee.talking(within=5)
    await caller.press("0123456789*#")
    got = [(await callee.event("digit", within=5)).data["digit"] for _ in range(12)]
    assert "".join(got) == "0123456789*#"


async def test_a_busy_phone_and_a_declined_call(caller: Phone, callee: Phone) -> None:
    calling = asyncio.create_task(_call(caller))
    await callee.rung(within=5)
    await callee.reject(486)
    with pytest.raises(CallFailed) as declined:
        await calling
    assert declined.value.code == 486


async def _call(phone: Phone) -> None:
    await phone.call("12329", caller="13812345678")


async def test_the_other_sides_goodbye_is_noticed(caller: Phone, callee: Phone) -> None:
    await callee.answer_always()
    await _call(caller)
    await callee.talking(within=5)
    await callee.hang_up()
    assert (await caller.ended(within=5)).data["code"] == 200
    with pytest.raises(CallOver):
        await caller.press("1")


async def test_nobody_answers(caller: Phone, callee: Phone) -> None:
    with pytest.raises(CallFailed) as failed:
        await caller.call("12329", caller="13812345678", within=1)
    assert failed.value.code == 408
    await callee.ended(within=5)


async def test_nobody_to_register_with() -> None:
    async with Phone("127.0.0.1:9") as phone:
        with pytest.raises((Refused, TimeoutError)):
            await phone.register("ag8001", "secret", within=3)


async def test_an_order_that_makes_no_sense_says_why(callee: Phone) -> None:
    await callee.hold()
    with pytest.raises(PhoneBroken, match="no call"):
        await callee.event("media", within=5)


async def test_a_second_call_finds_the_line_busy(caller: Phone, callee: Phone) -> None:
    await callee.answer_always()
    await _call(caller)
    await callee.talking(within=5)
    async with Phone(callee.address, name="third") as third:
        with pytest.raises(CallFailed) as busy:
            await _call(third)
    assert busy.value.code == 486


async def test_many_telephones_at_once() -> None:
    async with Phone("127.0.0.1:9", name="first") as first:
        phones = [Phone(first.address, name=f"phone {n}") for n in range(8)]
        await asyncio.gather(*(phone.open() for phone in phones))
        assert len({phone.address for phone in phones}) == 8
        await asyncio.gather(*(phone.close() for phone in phones))
