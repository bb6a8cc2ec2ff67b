"""Makes a release: build, verify, lint, sign, pack. The same as `photosearch model release`.

python -m export.release --out dist --eval-data DATA --key KEY.pem
"""

from __future__ import annotations

import sys

from photosearch.cli.app import app


def main() -> None:
    app(args=["model", "release", *sys.argv[1:]], prog_name="photosearch")


if __name__ == "__main__":
    main()
