"""Hashes that are worth nothing without the key, and passwords that are too easy."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fund.passwords import Passwords, is_weak


@pytest.fixture
def passwords() -> Iterator[Passwords]:
    made = Passwords("a key")
    yield made
    made.close()


async def test_a_hash_holds_for_its_owner_and_key_only(passwords: Passwords) -> None:
    stored = passwords.make("d1", "739185")
    other = Passwords("another key")
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert await passwords.matches("d1", "739185", stored)
    assert not await passwords.matches("d1", "739186", stored)
    assert not await passwords.matches("d2", "739185", stored)
    assert not await other.matches("d1", "739185", stored)
    assert not await passwords.matches("d1", "739185", None)
    assert await passwords.renewed("d1", "739185", stored) is None
    other.close()


def test_two_hashes_of_one_password_differ(passwords: Passwords) -> None:
    assert passwords.make("d1", "739185") != passwords.make("d1", "739185")


def test_keys_to_look_up_by_are_told_apart_by_kind_and_key(passwords: Passwords) -> None:
    keys = {passwords.lookup_key(kind, "6222021234567890128") for kind in ("id", "card", "phone")}
    keys.add(Passwords("another key").lookup_key("id", "6222021234567890128"))
    assert len(keys) == 4


def test_nothing_shows_the_key(passwords: Passwords) -> None:
    assert "a key" not in repr(passwords)


@pytest.mark.parametrize(
    "password", ["000000", "111111", "123456", "456789", "890123", "654321", "210987", "121212", "123123", "373737"]
)
def test_repeated_rising_and_falling_digits_are_weak(password: str) -> None:
    assert is_weak(password)


@pytest.mark.parametrize("password", ["739185", "112233", "135791", "100001", "908172"])
def test_others_are_not(password: str) -> None:
    assert not is_weak(password)


@given(st.integers(0, 11))
def test_any_part_of_the_id_number_is_weak(at: int) -> None:
    number = "430102199003072476"
    assert is_weak(number[at : at + 6], number)


@pytest.mark.parametrize("password", ["199003", "900307", "003072", "072476"])
def test_the_birth_date_is_part_of_the_id_number(password: str) -> None:
    assert is_weak(password, "430102199003072476")
    assert not is_weak(password)
