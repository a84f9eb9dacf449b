"""A password that was typed in a call is nowhere afterwards: no file, no event, no row, no recording, no log."""

import asyncio
import subprocess
from typing import Any

import numpy as np
import pytest

from hotline import postgres
from hotline.process import EVENTS_USER
from recordings.codec import decode
from robot.lexicon import Lexicon
from tests.calls.talk import AGENTS_VOICE, CALLERS_VOICE, calling, with_voices
from tests.calls.wiretap import COLUMNS, KEYS, ROWS, events, files_below, found_in, pressed_in, tones
from tests.fixtures.instance import Instance, Start, until

pytestmark = pytest.mark.xdist_group("canary")

WRONG = ("739158", "824617", "618294")
"""Typed as wrong passwords. A chance hit of one of them in a file full of times proves nothing; a leak shows more."""


async def test_a_typed_password_is_nowhere(start: Start, lexicon: Lexicon) -> None:
    with start() as hotline:
        depositors = hotline.depositors("changsha")[:3]
        agent = hotline.agents("changsha")[0]
        for line in ("core set verbose 10", "core set debug 10"):
            await hotline.asterisk(line)
        async with (
            events(hotline.settings.ami.port, EVENTS_USER, hotline.secrets.ami_events) as heard,
            hotline.signed_in(agent, lexicon) as desk,
        ):
            talks = [_call(hotline, lexicon, one["account"], wrong, one["password"])
                     for one, wrong in zip(depositors, WRONG, strict=True)]  # fmt: skip
            await asyncio.gather(*talks)
            async with calling(hotline, with_voices(lexicon)) as talk:
                await talk.asks_balance(depositors[0]["account"], depositors[0]["password"])
                await talk.answers("account.monthly", "0")
                await desk.rung(within=15)
                await desk.answer()
                await talk.hears("agent.serves")
                await talk.ear.quiet(0.3, within=10)
                await talk.phone.play(CALLERS_VOICE, again=True)
                await desk.play(AGENTS_VOICE, again=True)
                await talk.hears("voice.agent")
                await talk.hears("voice.agent")
                await talk.phone.hang_up()
                await desk.ended(within=10)

            async def kept() -> list[dict[str, Any]]:
                found: list[dict[str, Any]] = (await hotline.get("/api/v1/recordings"))["recordings"]
                return found

            sounds = [await hotline.audio(one["audio"]) for one in await until(kept, within=20)]
            assert b"UserEvent" in heard
            assert b"QueueCallerJoin" in heard
            captured = bytes(heard)
        typed = [*WRONG, *(one["password"] for one in depositors), agent["pin"]]
        dump = _dump(hotline)
        assert b"personal_account" in dump
        assert depositors[0]["account"].encode() in dump
        _search(hotline, typed, {"AMI": captured, "dump": dump})
        _hears_no_keys(hotline, typed, sounds)


async def _call(hotline: Instance, lexicon: Lexicon, account: str, wrong: str, right: str) -> None:
    async with calling(hotline, lexicon) as talk:
        await talk.asks_balance(account, wrong)
        await talk.hears("verify.wrong")
        await talk.enters(account, right)
        await talk.hears("account.balance")


def _search(hotline: Instance, typed: list[str], more: dict[str, bytes]) -> None:
    secrets = hotline.paths.secrets
    places = {str(file): file.read_bytes() for file in files_below(hotline.var) if not file.is_relative_to(secrets)}
    assert any("asterisk" in place for place in places)
    assert any(place.endswith(".jsonl") for place in places)
    leaks = {
        place: hits
        for place, data in (places | more).items()
        if len(hits := {secret: found for secret in typed if (found := found_in(data, secret))}) > 1
    }
    assert not leaks
    for place, data in places.items():
        if "/asterisk/log/" in place:
            assert b"DTMF" not in data


def _hears_no_keys(hotline: Instance, typed: list[str], sounds: list[bytes]) -> None:
    """In no recording, opened as a supervisor hears it, on neither side; nor in any other sound that was written."""
    assert any(len(sound) > 1000 for sound in sounds)
    heard = [tones(np.ascontiguousarray(decode(sound)[:, side])) for sound in sounds for side in (0, 1)]
    files = [file for file in files_below(hotline.var) if file.suffix == ".wav" and "music" not in str(file)]
    heard += [pressed_in(file) for file in files]
    assert not any(secret in keys for secret in typed for keys in heard)
    assert not [file for file in files_below(hotline.var) if file.suffix == ".raw"]


def _dump(hotline: Instance) -> bytes:
    url = hotline.database_url.replace("+asyncpg", "")
    done = subprocess.run([postgres.binaries() / "pg_dump", "--inserts", url], capture_output=True, check=True)
    return done.stdout


def test_the_search_finds_what_it_should() -> None:
    for leak in (b"pin=739158;", b"373339313538", b"x NzM5MTU4 y", b'{"a": "' + b"NzM5MTU4" + b'"}',
                 b"DTMF begin '7' on x DTMF '3' DTMF '9' DTMF '1' DTMF '5' DTMF '8'"):  # fmt: skip
        assert found_in(leak, "739158"), leak
    assert not found_in(b"1739158", "739158")
    assert not found_in(b"1763.7391580", "739158")


def test_the_decoder_hears_keys() -> None:
    time = np.arange(800) / 8000
    parts = []
    for key in "739158*0#":
        row = next(n for n, keys in enumerate(KEYS) if key in keys)
        tone = np.sin(2 * np.pi * ROWS[row] * time) + np.sin(2 * np.pi * COLUMNS[KEYS[row].index(key)] * time)
        parts += [tone * 6000, np.zeros(480)]
    assert tones(np.concatenate(parts).astype(np.int16)) == "739158*0#"
    assert tones(CALLERS_VOICE) == ""
