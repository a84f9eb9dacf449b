"""Any part of a sealed file is the part of what was sealed; whatever was done to it, nothing wrong is ever given."""

import base64
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordings.container import HEADER, SALT_BYTES, TAG_BYTES, Sealed, sealed
from recordings.exceptions import Damaged, KeyFileError, UnknownKey
from recordings.keys import KeyRing, make_keys, read_keys

KEY, OTHER = b"k" * 32, b"o" * 32
RING = KeyRing.of(KEY)
SALT = b"s" * SALT_BYTES
PLAIN = st.binary(max_size=700)
CHUNK = st.sampled_from([1, 7, 16, 64, 1024])


def file_of(plain: bytes, chunk: int, ring: KeyRing = RING, salt: bytes = SALT) -> bytes:
    return b"".join(sealed(plain, ring, salt, chunk))


def opened(data: bytes, ring: KeyRing = RING) -> Sealed:
    return Sealed.opened(lambda offset, size: data[offset : offset + size], len(data), ring)


@given(PLAIN, CHUNK, st.integers(-5, 800), st.integers(-5, 800))
def test_any_range_is_the_slice(plain: bytes, chunk: int, start: int, stop: int) -> None:
    found = opened(file_of(plain, chunk))
    assert found.length == len(plain)
    assert b"".join(found.slice(start, stop)) == plain[max(0, start) : max(0, stop)]


@given(st.binary(min_size=1, max_size=300), CHUNK, st.data())
def test_a_changed_byte_is_never_played(plain: bytes, chunk: int, data: st.DataObject) -> None:
    whole = bytearray(file_of(plain, chunk))
    where = data.draw(st.integers(0, len(whole) - 1))
    whole[where] ^= data.draw(st.integers(1, 255))
    given_out = bytearray()

    def play() -> None:
        for piece in opened(bytes(whole)).slice(0, len(plain)):
            given_out.extend(piece)

    with pytest.raises((Damaged, UnknownKey)):
        play()
    assert plain.startswith(given_out)


@given(st.binary(min_size=1, max_size=300), CHUNK, st.integers(1, 400))
def test_a_file_cut_short_or_grown_is_refused(plain: bytes, chunk: int, count: int) -> None:
    whole = file_of(plain, chunk)
    with pytest.raises(Damaged):
        opened(whole[:-count] if count < len(whole) else b"")
    with pytest.raises(Damaged):
        opened(whole + b"x" * count)


def test_chunks_cannot_change_places_or_come_from_another_file() -> None:
    first, second = file_of(b"a" * 64, 16), file_of(b"a" * 64, 16, salt=b"t" * SALT_BYTES)
    size, start = 16 + TAG_BYTES, HEADER.size
    swapped = (
        first[:start] + first[start + size : start + 2 * size] + first[start : start + size] + first[start + 2 * size :]
    )
    foreign = first[:start] + second[start:]
    for data in (swapped, foreign):
        with pytest.raises(Damaged):
            b"".join(opened(data).slice(0, 64))


def test_the_key_is_named_and_a_wrong_one_refused() -> None:
    data = file_of(b"talk", 16)
    with pytest.raises(UnknownKey, match=opened(data).key_id.hex()):
        opened(data, KeyRing.of(OTHER))
    lying = KeyRing(RING.first, {RING.first: OTHER})
    with pytest.raises(Damaged):
        b"".join(opened(data, lying).slice(0, 4))


def test_a_new_key_seals_and_the_old_one_still_opens() -> None:
    old, ring = file_of(b"old", 16), KeyRing.of(OTHER, KEY)
    new = file_of(b"new", 16, ring)
    assert b"".join(opened(old, ring).slice(0, 3)) == b"old"
    assert opened(new, KeyRing.of(OTHER)).length == 3
    with pytest.raises(UnknownKey):
        opened(new)


def test_nothing_of_the_talk_is_in_the_file() -> None:
    plain = os.urandom(64) * 40
    data = file_of(plain, 64)
    assert not any(plain[at : at + 16] in data for at in range(64))
    assert file_of(plain, 64, salt=b"t" * SALT_BYTES)[HEADER.size :] != data[HEADER.size :]


def test_a_key_file_is_made_once_and_for_its_owner(tmp_path: Path) -> None:
    file = tmp_path / "recordings.key"
    make_keys(file)
    ring = read_keys(file)
    make_keys(file)
    assert read_keys(file).first == ring.first
    assert file.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["recordings.key"]
    assert not any(key.hex() in repr(ring) or repr(key) in repr(ring) for key in ring.keys.values())


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "has no key"),
        ("# only a comment\n", "has no key"),
        ("c2hvcnQ=\n", "line 1 is no key"),
        ("# note\nnot base64!\n", "line 2 is no key"),
        ("密钥\n", "is no key file"),
    ],
)
def test_a_key_file_that_cannot_be_used(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "keys"
    file.touch(0o600)
    file.write_text(text, encoding="utf-8")
    with pytest.raises(KeyFileError, match=says) as caught:
        read_keys(file)
    assert "c2hvcnQ" not in str(caught.value)


def test_a_key_file_others_can_read_or_that_is_not_there(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    with pytest.raises(KeyFileError, match="is missing"):
        read_keys(file)
    file.write_bytes(base64.b64encode(KEY))
    file.chmod(0o644)
    with pytest.raises(KeyFileError, match="chmod 600"):
        read_keys(file)
