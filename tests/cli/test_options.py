"""The same option means the same everywhere."""

from __future__ import annotations

import inspect
from collections import defaultdict

import pytest

from photosearch.cli.options import Count, Output, spread
from tests.cli.conftest import run
from tests.cli.verbs import VERBS


def meanings() -> dict[str, set[tuple[object, ...]]]:
    """Every option's name to the ways in which the verbs define it."""
    found: dict[str, set[tuple[object, ...]]] = defaultdict(set)
    for verb in VERBS.values():
        for parameter in verb.params:
            for name in parameter.opts:
                if name.startswith("-"):
                    found[name].add((parameter.help, parameter.metavar, str(parameter.default)))
    return found


# One idea, but each verb takes other models and writes other things; a text goes into a model, and
# is looked for in photos.
OWN = {"--model", "--out", "--text"}


@pytest.mark.parametrize("option", sorted(meanings().keys() - OWN))
def test_an_option_is_defined_once(option: str) -> None:
    assert len(meanings()[option]) == 1


@pytest.mark.parametrize(
    ("option", "verbs"),
    [
        (
            "--index",
            {
                "eval",
                "explain",
                "index",
                "search",
                "similar",
                "status",
                "verify-index",
                "upgrade-index",
                "remove",
                "embeddings export",
                "embeddings import",
            },
        ),
        (
            "--json",
            {
                "explain",
                "index",
                "search",
                "similar",
                "status",
                "verify-index",
                "upgrade-index",
                "remove",
                "model run",
                "model lint",
                "model verify",
                "model info",
                "eval",
                "compare",
                "embeddings export",
                "embeddings import",
            },
        ),
        ("-k", {"search", "similar"}),
        ("--paths", {"search", "similar"}),
        ("--since", {"search", "similar"}),
        ("--favourites", {"search", "similar"}),
        ("--media", {"search", "similar"}),
    ],
)
def test_an_option_is_where_it_makes_sense(option: str, verbs: set[str]) -> None:
    having = {
        name
        for name, verb in VERBS.items()
        if any(option in parameter.opts for parameter in verb.params)
    }
    assert having == verbs


def test_a_group_is_spread_into_its_fields_and_put_together_again() -> None:
    seen: list[tuple[Output, int]] = []

    def verb(*, output: Output, k: Count = 20) -> None:
        """Say."""
        seen.append((output, k))

    spread_verb = spread(verb)
    assert list(inspect.signature(spread_verb).parameters) == ["json", "csv", "paths", "null", "k"]
    assert spread_verb.__doc__ == "Say."
    spread_verb(json=True, csv=False, paths=False, null=False, k=3)
    assert seen == [(Output(json=True), 3)]


@pytest.mark.parametrize(
    "command",
    [
        ("index", ""),
        ("index", ".", "--index", ""),
        ("remove", ""),
        ("remove", "a.jpg", ""),
        ("similar", ""),
        ("search", "red", "--under", ""),
        ("search", "red", "--sheet", ""),
    ],
)
def test_an_empty_path_is_not_the_current_folder(command: tuple[str, ...]) -> None:
    ran = run(*command)
    assert ran.code == 2
    assert "got ''" in ran.err


def test_no_path_has_to_be_readable_before_it_is_read() -> None:
    """Reading has exit codes of its own, and `remove` and `--under` read nothing."""
    paths = [each for verb in VERBS.values() for each in verb.params if each.type.name == "path"]
    assert len(paths) > 20
    assert not any(each.type.readable for each in paths)
