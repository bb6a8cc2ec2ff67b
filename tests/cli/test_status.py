"""`photosearch status` and `photosearch verify-index` from end to end."""

from __future__ import annotations

import json

from tests.cli.conftest import World, run


def test_status_counts_and_lists_reasons(world: World) -> None:
    found = json.loads(run("status", "--index", world.index, "--json").out)
    assert (found["indexed"], found["pending"], found["failed"]) == (7, 0, 1)
    assert sum(found["reasons"].values()) == 1
    assert found["index"] == str(world.index)


def test_status_for_a_person_names_the_counts(world: World) -> None:
    lines = run("status", "--index", world.index).out.decode().splitlines()
    assert ["indexed", "7"] in [line.split() for line in lines]


def test_a_sound_index_is_said_to_be_so(world: World) -> None:
    ran = run("verify-index", "--index", world.index)
    assert (ran.code, ran.out) == (0, b"the index is sound\n8 photos, 7 of them searchable\n")


def test_damaged_vectors_are_found_and_mended(own_world: World) -> None:
    vectors = own_world.index / "vectors.faiss"
    data = bytearray(vectors.read_bytes())
    data[len(data) // 2] ^= 0xFF
    vectors.write_bytes(data)

    found = run("verify-index", "--index", own_world.index, "--json")
    assert (found.code, json.loads(found.out)["ok"]) == (7, False)

    mended = run("verify-index", "--repair", "--index", own_world.index, "--json")
    told = json.loads(mended.out)
    assert (mended.code, told["ok"], told["repaired"], len(told["problems"])) == (0, True, True, 1)
    assert run("verify-index", "--index", own_world.index).code == 0


def test_vectors_behind_the_catalog_are_noted(own_world: World) -> None:
    vectors = own_world.index / "vectors.faiss"
    before = vectors.read_bytes()
    gone = next(own_world.photos.glob("*.jpg"))
    assert run("remove", gone, "--index", own_world.index).code == 0
    vectors.write_bytes(before)
    ran = run("verify-index", "--index", own_world.index)
    assert ran.code == 0
    sound, note, _ = ran.out.decode().splitlines()
    assert sound == "the index is sound"
    assert note.startswith("note: ")
    assert note.endswith("the next search renews it")


def test_a_person_is_told_how_to_mend_it(own_world: World) -> None:
    (own_world.index / "vectors.faiss").write_bytes(b"")
    ran = run("verify-index", "--index", own_world.index)
    assert ran.code == 7
    assert ran.out.startswith(b"damaged; --repair mends it:\n")


def test_there_must_be_an_index(own_world: World) -> None:
    assert run("verify-index", "--index", own_world.photos / "none").code == 7
