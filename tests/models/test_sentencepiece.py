"""The first SigLIP checkpoints: their tokenizer is a sentencepiece model and nothing else."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import numpy as np
import pytest

from photosearch.models.load import load_encoder
from tests.models.checkpoints import WORDS


@pytest.fixture(scope="module")
def checkpoint(siglip: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same checkpoint with a sentencepiece model, trained here, for a tokenizer."""
    from transformers import SiglipTokenizer

    sentencepiece = pytest.importorskip("sentencepiece")  # the extra `models`
    directory = tmp_path_factory.mktemp("checkpoints") / "siglip"
    shutil.copytree(siglip, directory)
    for file in directory.glob("*token*"):
        file.unlink()
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter([" ".join(WORDS)] * 20),
        model_writer=model,
        model_type="char",
        hard_vocab_limit=False,
        vocab_size=12,
        pad_id=0,
        eos_id=1,
        unk_id=2,
        bos_id=-1,
    )
    (directory / "spiece.model").write_bytes(model.getvalue())
    SiglipTokenizer(str(directory / "spiece.model"), model_max_length=10).save_pretrained(directory)
    assert not (directory / "tokenizer.json").exists()
    return directory


def test_it_answers_as_any_other(checkpoint: Path) -> None:
    encoder = load_encoder(checkpoint)
    vectors = encoder.encode_texts(["a red disc", "a blue square"])
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, rtol=1e-5)
    assert abs(float(vectors[0] @ vectors[1])) < 0.99


def test_ids_end_with_the_end_token(checkpoint: Path) -> None:
    ids = load_encoder(checkpoint).tokenizer.encode("a red disc")
    assert ids[-1] == 1
    assert len(ids) <= 10
