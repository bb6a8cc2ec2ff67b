"""`photosearch model`: converts, checks, runs, describes and ships models."""

from __future__ import annotations

from photosearch.cli.commands import Group

MODEL = Group(
    help="""Convert, check, run, describe and ship models.

\b
Examples:
  photosearch model info builtin
  photosearch model export --out packages
  photosearch model verify builtin-2.0.1.photomodel
""",
    commands={
        "export": "photosearch.cli.model.export:export",
        "lint": "photosearch.cli.model.lint:lint",
        "verify": "photosearch.cli.model.verify:verify",
        "run": "photosearch.cli.model.run:run",
        "release": "photosearch.cli.model.release:release",
        "info": "photosearch.cli.model.info:info",
    },
)
