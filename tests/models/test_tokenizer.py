"""One function for every kind of tokenizer."""

from __future__ import annotations

import io
import json
import shutil
import string
from pathlib import Path

import numpy as np
import pytest

from photosearch.errors import BundleError, ModelError
from photosearch.manifest import TextSpec
from photosearch.models.load import load_encoder
from photosearch.models.tokenizer import open_tokenizer
from tests.models.checkpoints import WORDS


def test_a_bundle_names_its_own(bundle: Path) -> None:
    tokenizer = open_tokenizer(bundle / "tokenizer", TextSpec(context=8, tokenizer="wordpiece"))
    assert len(tokenizer.encode("red " * 99)) == 8


def test_the_files_of_another_suffice(siglip: Path, tmp_path: Path) -> None:
    for name in ("tokenizer.json", "tokenizer_config.json"):
        (tmp_path / name).write_bytes((siglip / name).read_bytes())
    tokenizer = open_tokenizer(tmp_path, TextSpec(context=4, tokenizer="huggingface"))
    assert tokenizer.encode("a red") == [2, 3, 1]
    assert len(tokenizer.encode("a red disc on a white square")) == 4


def _gemma(directory: Path, kind: str, *, lowers: bool) -> Path:
    """Letters, "dog" and "cat" as pieces of a Gemma tokenizer, saved as SigLIP 2 is."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

    merges = [("d", "o"), ("do", "g"), ("c", "a"), ("ca", "t")]
    pieces = ["<pad>", "<eos>", "<bos>", "<unk>", "<mask>", "▁", *string.ascii_letters]
    pieces += [f"<0x{byte:02X}>" for byte in range(256)] + [a + b for a, b in merges]
    vocab = {piece: number for number, piece in enumerate(pieces)}
    made = Tokenizer(
        models.BPE(vocab, merges, unk_token="<unk>", fuse_unk=True, byte_fallback=True)
    )
    spaces = normalizers.Replace(" ", "▁")
    steps = [normalizers.Lowercase(), spaces] if lowers else [spaces]
    made.normalizer = normalizers.Sequence(steps)
    made.pre_tokenizer = pre_tokenizers.Split(" ", "merged_with_previous")
    made.add_special_tokens(pieces[:5])
    made.post_processor = processors.TemplateProcessing("$A <eos>", special_tokens=[("<eos>", 1)])
    directory.mkdir()
    made.save(str(directory / "tokenizer.json"))
    settings = {"tokenizer_class": kind, "pad_token": "<pad>", "eos_token": "<eos>"}
    settings |= {"bos_token": "<bos>", "unk_token": "<unk>", "padding_side": "right"}
    (directory / "tokenizer_config.json").write_text(json.dumps(settings))
    return directory


@pytest.mark.parametrize("lowers", [False, True])
@pytest.mark.parametrize(
    "kind", ["GemmaTokenizer", "GemmaTokenizerFast", "PreTrainedTokenizerFast"]
)
def test_siglip_2_lower_cases_as_transformers_does(tmp_path: Path, kind: str, lowers: bool) -> None:
    pytest.importorskip("transformers")
    from transformers.models.siglip2.tokenization_siglip2 import Siglip2Tokenizer

    folder = _gemma(tmp_path / "gemma", kind, lowers=lowers)
    judge = Siglip2Tokenizer.from_pretrained(folder)
    tokenizer = open_tokenizer(folder, TextSpec(context=16, tokenizer="huggingface"))
    for text in ("A Dog", "a dog", "DOG CAT", "Ärger İ", "ΟΔΟΣ", "<eos>", ""):
        assert tokenizer.encode(text) == judge(text)["input_ids"]
    assert tokenizer.encode("A Dog") == tokenizer.encode("a dog")


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
