"""One function for every kind of tokenizer."""

from __future__ import annotations

from pathlib import Path

import pytest

from photosearch.errors import BundleError, ModelError
from photosearch.manifest import TextSpec
from photosearch.models.tokenizer import open_tokenizer


def test_a_bundle_names_its_own(bundle: Path) -> None:
    tokenizer = open_tokenizer(bundle / "tokenizer", TextSpec(context=8, tokenizer="wordpiece"))
    assert len(tokenizer.encode("red " * 99)) == 8


def test_the_files_of_another_suffice(siglip: Path, tmp_path: Path) -> None:
    for name in ("tokenizer.json", "tokenizer_config.json"):
        (tmp_path / name).write_bytes((siglip / name).read_bytes())
    tokenizer = open_tokenizer(tmp_path, TextSpec(context=4, tokenizer="huggingface"))
    assert tokenizer.encode("a red") == [2, 3, 1]
    assert len(tokenizer.encode("a red disc on a white square")) == 4


def test_a_folder_without_one_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="tokenizer"):
        open_tokenizer(tmp_path, TextSpec(context=4, tokenizer="huggingface"))
    with pytest.raises(BundleError):
        open_tokenizer(tmp_path, TextSpec(context=4, tokenizer="wordpiece"))


@pytest.mark.parametrize(
    "content", [b"garbage", b"{}", b'{"added_tokens": [], "model": {}}', b"\xff"]
)
def test_a_damaged_file_of_transformers_is_a_model_error(tmp_path: Path, content: bytes) -> None:
    pytest.importorskip("transformers")
    (tmp_path / "tokenizer.json").write_bytes(content)
    settings = '{"tokenizer_class": "PreTrainedTokenizerFast"}'
    (tmp_path / "tokenizer_config.json").write_text(settings)
    with pytest.raises(ModelError, match="tokenizer"):
        open_tokenizer(tmp_path, TextSpec(context=8, tokenizer="huggingface"))
