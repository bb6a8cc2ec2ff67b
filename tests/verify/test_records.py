"""What a check says."""

from __future__ import annotations

import pytest

from photosearch.verify.records import Check, measured


@pytest.mark.parametrize("bound", ["at most", "at least"])
def test_what_is_not_a_number_passes_no_limit(bound: str) -> None:
    assert measured("x", float("nan"), 1.0, bound).outcome == "failed"  # type: ignore[arg-type]


def test_a_check_reads_as_got_and_expected() -> None:
    assert str(measured("error", 0.5, 0.05)) == "error: got 0.5, expected at most 0.05"
    assert str(Check("retrieval", "not run", detail="no data")) == "retrieval: not run (no data)"
    assert str(Check("squares", "noted", 3.0)) == "squares: 3"
