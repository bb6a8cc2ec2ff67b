"""What a listener hears of long work."""

from __future__ import annotations

from photosearch.progress import Progress, counting, silent, telling


def test_a_step_says_how_much_is_done_and_of_how_much() -> None:
    heard: list[Progress] = []
    tell = telling(heard.append, "hashing files")
    tell(1, 3)
    tell(3, 3)
    assert heard == [Progress(1, 3, "hashing files"), Progress(3, 3, "hashing files")]


def test_what_is_counted_adds_up() -> None:
    heard: list[Progress] = []
    more = counting(heard.append, "views", 5)
    more(2)
    more(3)
    assert heard == [Progress(2, 5, "views"), Progress(5, 5, "views")]


def test_a_silent_listener_takes_anything() -> None:
    silent(Progress(0, None, "looking for photos"))
