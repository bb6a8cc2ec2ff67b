"""Places as the sources have them, read once."""

from __future__ import annotations

import pytest

from export.gazetteer import sources


@pytest.fixture(scope="session")
def places() -> list[sources.Place]:
    return sources.places()
