"""How much may be in memory at once while photos are read, over all threads of the process.

As many threads decode as there are cores, and what one picture takes is decided by its file: a
photo of 12 megapixels takes 50 MB in full and as much again while its colours are converted. So
they share one allowance instead of having one each.

    with FILES.room(size_bytes):       # always in this order, so that no two wait for each other
        ...                            # read the file
        with PICTURES.room(pixels):
            ...                        # decode and scale it
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Budget:
    """An amount that its users share: whoever wants more than is left waits.

    Nobody is passed by those who come later, however little they want. Who wants more than all
    of it waits until nobody else has any and goes in alone. Not for use inside its own `room`.
    """

    def __init__(self, most: int) -> None:
        self._most, self._held = most, 0
        self._door = threading.Lock()  # whoever waits for room stands in it, before the others
        self._changed = threading.Condition()

    @contextmanager
    def room(self, amount: int) -> Iterator[None]:
        """Holds that much, waiting for it first; given back at the end, after an error too."""
        amount = min(amount, self._most)
        with self._door, self._changed:
            self._changed.wait_for(lambda: self._held + amount <= self._most)
            self._held += amount
        try:
            yield
        finally:
            with self._changed:
                self._held -= amount
                self._changed.notify_all()


FILES = Budget(64 << 20)  # bytes: ten photos of cameras, or two RAW files
PICTURES = Budget(25_000_000)  # pixels: two photos of 12 megapixels, or hundreds of reduced ones
