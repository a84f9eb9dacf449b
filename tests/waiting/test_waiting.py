"""The pure parts of waiting: places, estimates, what is said, who is called back, phones nobody answers."""

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr import speech
from seats.call_back import Promise
from sounds import Recordings
from waiting.announcement import announcement
from waiting.announcer import Announcer
from waiting.estimate import Handling, minutes, wait_seconds
from waiting.no_answer import NoAnswer
from waiting.places import Places
from waiting.release import Hours, released

QUEUE = "changsha"


def join(call: str, position: int) -> dict[str, str]:
    return {"Event": "QueueCallerJoin", "Queue": QUEUE, "Linkedid": call, "Position": str(position)}


def leave(call: str) -> dict[str, str]:
    return {"Event": "QueueCallerLeave", "Queue": QUEUE, "Linkedid": call}


def seat(interface: str, status: str = "1", paused: str = "") -> dict[str, str]:
    return {
        "Event": "QueueMemberStatus", "Queue": QUEUE, "Interface": interface, "MemberName": "1001", "Status": status,
        "Paused": "1" if paused else "0", "PausedReason": paused,
    }  # fmt: skip


def waits(call: str, joined: int) -> dict[str, str]:
    return {"Event": "UserEvent", "UserEvent": "HotlineWaiting", "CallId": call, "Joined": str(joined)}


def line(*events: dict[str, str]) -> Places:
    places = Places()
    for event in events:
        places.take(event)
    return places


def test_places_move_up_and_who_comes_back_is_where_asterisk_says() -> None:
    places = line(join("a", 1), join("b", 2), join("c", 3), leave("a"), join("a", 1))
    assert places.lines[QUEUE] == ["a", "b", "c"]
    assert [places.place(QUEUE, call) for call in "abcd"] == [1, 2, 3, 0]


def test_a_call_backs_channel_stands_for_its_call() -> None:
    places = line(join("1795.7-cb2", 1))
    assert places.lines[QUEUE] == ["1795.7"]


def test_a_snapshot_begins_anew() -> None:
    places = line(join("a", 1), waits("a", 5), waits("b", 6))
    entries = [
        {"Event": "QueueEntry", "Queue": QUEUE, "Position": "2", "Uniqueid": "c"},
        {"Event": "QueueEntry", "Queue": QUEUE, "Position": "1", "Uniqueid": "b"},
    ]
    places.renew(entries)
    assert places.lines[QUEUE] == ["b", "c"]
    assert places.joined == {"b": 6}


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 9), st.integers(1, 12)), max_size=40))
def test_whatever_is_told_nobody_stands_twice_where_asterisk_has_them_once(
    steps: list[tuple[bool, int, int]],
) -> None:
    places = Places()
    inside: list[str] = []
    for comes, number, position in steps:
        call = str(number)
        if comes and call not in inside:
            at = min(position, len(inside) + 1)
            inside.insert(at - 1, call)
            places.take(join(call, at))
        elif not comes and call in inside:
            inside.remove(call)
            places.take(leave(call))
    assert places.lines.get(QUEUE, []) == inside


def test_who_serves_and_who_is_free() -> None:
    places = line(seat("a"), seat("b", "2"), seat("c", paused="用餐"), seat("d", "5"), seat("e", paused="wrap_up"))
    assert places.serving(QUEUE) == 3, "free, talking, in wrap-up"
    assert places.free(QUEUE) == 1


@pytest.mark.parametrize(
    ("place", "handling", "seats", "seconds"),
    [(1, 180, 1, 180), (3, 180, 2, 270), (1, 180, 0, None), (1, None, 2, None), (0, 180, 2, None)],
)
def test_the_estimate(place: int, handling: float | None, seats: int, seconds: float | None) -> None:
    assert wait_seconds(place, handling, seats) == seconds


def test_minutes_are_rounded_up() -> None:
    assert [minutes(seconds) for seconds in (0, 1, 60, 61, 179.9)] == [1, 1, 1, 2, 3]


def test_handling_time_is_that_of_the_window_and_unknown_with_too_few_talks() -> None:
    handling = Handling(window=3600, wrap_up=10)
    handling.seed([(QUEUE, 100.0, 1000.0), *((QUEUE, 5000.0 + n, 60.0) for n in range(5))])
    assert handling.mean(QUEUE, 5010) == 70
    assert handling.mean("yueyang", 5010) is None
    assert handling.mean(QUEUE, 8602) is None, "three are left"


def test_what_is_said() -> None:
    assert announcement(1, None, calls_back=True) == ("wait.next", "wait.keys")
    assert announcement(3, 250, calls_back=True) == (
        "wait.ahead", speech.people(2), "wait.estimate", speech.minutes(5), "wait.keys",
    )  # fmt: skip
    assert announcement(60, 4000, calls_back=False) == ("wait.ahead.many", "wait.long", "wait.keys.no_call_back")


@given(st.integers(1, 2000), st.one_of(st.none(), st.floats(0, 1e6)))
def test_every_place_and_wait_can_be_said(place: int, seconds: float | None) -> None:
    assert announcement(place, seconds, calls_back=True)


class Named(Recordings):
    def audio(self, name: str) -> bytes:
        return f"[{name}]".encode()


def test_only_what_changed_is_written_and_what_is_over_is_gone(tmp_path: Path) -> None:
    announcer = Announcer(tmp_path, Named(tmp_path))
    file = tmp_path / "zh_1795.7" / "place.alaw"
    announcer.tell("1795.7", ("wait.next",))
    assert file.read_bytes() == b"[wait.next]"
    file.unlink()
    announcer.tell("1795.7", ("wait.next",))
    assert not file.exists()
    announcer.tell("1795.7", ("wait.still",))
    assert file.exists()
    announcer.keep([])
    assert not file.parent.exists()
    announcer.tell("../../x/1.2", ("wait.next",))
    assert [one.name for one in tmp_path.iterdir()] == ["zh_....x1.2"]
    Announcer(tmp_path, Named(tmp_path))
    assert not list(tmp_path.iterdir()), "a new one knows nobody's place"


def promise(id_: int, joined: int, queue: str = QUEUE) -> Promise:
    return Promise(id_, f"c{id_}", QUEUE, queue, "13812345678", joined, 0)


def ids(places: Places, *promises: Promise, under_way: int = 0) -> list[int]:
    return [one.id for one in released(promises, places, {QUEUE: under_way})]


def test_one_call_back_for_each_free_agent() -> None:
    places = line(seat("a"), seat("b"))
    assert ids(places, promise(1, 1), promise(2, 2), promise(3, 3)) == [1, 2]
    assert ids(places, promise(1, 1), promise(2, 2), under_way=1) == [1]
    assert ids(places, promise(1, 1), under_way=2) == []


def test_agents_are_left_to_those_who_joined_earlier() -> None:
    places = line(seat("a"), waits("x", 5), join("x", 1))
    assert ids(places, promise(1, 9)) == []
    assert ids(places, promise(1, 4)) == [1]


def test_in_a_line_that_never_empties_the_first_place_is_called_one_at_a_time() -> None:
    places = line(seat("a", "2"), waits("x", 5), join("x", 1))
    assert ids(places, promise(1, 3), promise(2, 4)) == [1]
    assert ids(places, promise(1, 3), under_way=1) == []
    assert ids(places, promise(1, 6)) == []


def test_without_anybody_serving_nobody_is_called() -> None:
    assert ids(line(seat("a", "5"), waits("x", 5), join("x", 1)), promise(1, 3)) == []
    assert ids(Places(), promise(1, 3)) == []


def test_busy_agents_and_an_empty_line_wait_for_a_free_one() -> None:
    assert ids(line(seat("a", "2")), promise(1, 3)) == []


def test_quiet_hours() -> None:
    hours = Hours(dt.time(8, 30), dt.time(20))
    day = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
    told = [hours.allow(day.replace(hour=h, minute=m)) for h, m in ((8, 29), (8, 30), (19, 59), (20, 0), (3, 0))]
    assert told == [False, True, True, False, False]


def missed(interface: str, ms: int) -> dict[str, str]:
    return {"Interface": interface, "RingTime": str(ms)}


def test_a_seat_is_paused_after_so_many_rings_in_a_row() -> None:
    rings = NoAnswer(most=2, ring_seconds=20)
    assert not rings.missed(missed("a", 20000))
    assert not rings.missed(missed("b", 20000))
    rings.answered("a")
    assert not rings.missed(missed("a", 20000))
    assert rings.missed(missed("a", 20000))
    assert not rings.missed(missed("a", 20000)), "counted anew"
    assert rings.missed(missed("b", 0)), "a phone that refuses is not answered either"
    assert not rings.missed(missed("a", 7000)), "the caller's time was up"
    assert not NoAnswer(most=0, ring_seconds=20).missed(missed("a", 20000))
