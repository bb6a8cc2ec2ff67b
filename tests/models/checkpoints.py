"""Small CLIP and SigLIP checkpoints, saved by transformers itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

SIDE = 32  # pixels
_TOWER = {
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
}
_VISION = {**_TOWER, "image_size": SIDE, "patch_size": 8}
WORDS = ("a", "red", "blue", "disc", "square", "on", "white", "of", "photo", "the")


def save_clip(directory: Path) -> Path:
    from transformers import CLIPConfig, CLIPModel, CLIPTokenizer
    from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil

    pieces, merges = clip_vocabulary()
    ids = {piece: number for number, piece in enumerate(pieces)}
    start, end = ids["<|startoftext|>"], ids["<|endoftext|>"]
    text = {
        **_TOWER,
        "vocab_size": len(pieces),
        "max_position_embeddings": 12,
        "bos_token_id": start,
        "eos_token_id": end,
        "pad_token_id": end,
    }
    config = CLIPConfig(text_config=text, vision_config=_VISION, projection_dim=24)
    _save(CLIPModel, config, directory)
    CLIPTokenizer(vocab=ids, merges=merges).save_pretrained(directory)
    size = {"height": SIDE, "width": SIDE}
    processor = CLIPImageProcessorPil(size={"shortest_edge": SIDE}, crop_size=size)
    processor.save_pretrained(directory)
    return directory


def save_siglip(directory: Path) -> Path:
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast, SiglipConfig, SiglipModel
    from transformers.models.siglip.image_processing_pil_siglip import SiglipImageProcessorPil

    pieces = ["<unk>", "</s>", *WORDS]
    words = Tokenizer(models.WordLevel({p: i for i, p in enumerate(pieces)}, unk_token="<unk>"))
    words.normalizer = normalizers.Lowercase()
    words.pre_tokenizer = pre_tokenizers.Whitespace()
    words.post_processor = processors.TemplateProcessing("$A </s>", special_tokens=[("</s>", 1)])
    tokenizer = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=words, eos_token="</s>", pad_token="</s>", unk_token="<unk>"
    )
    tokenizer.save_pretrained(directory)
    text = {
        **_TOWER,
        "vocab_size": len(pieces),
        "max_position_embeddings": 10,
        "bos_token_id": 1,
        "eos_token_id": 1,
    }
    config = SiglipConfig(text_config=text, vision_config=_VISION)
    _save(SiglipModel, config, directory)
    processor = SiglipImageProcessorPil(size={"height": SIDE, "width": SIDE})
    processor.save_pretrained(directory)
    return directory


def clip_vocabulary() -> tuple[list[str], Any]:
    """Every byte, with and without the end of a word, one merge, and the two special tokens."""
    from photosearch.text.clip_bpe import BYTES

    pieces = [*BYTES, *(f"{byte}</w>" for byte in BYTES), "re", "red</w>"]
    merges = [("r", "e"), ("re", "d</w>")]
    return [*pieces, "<|startoftext|>", "<|endoftext|>"], merges


def _save(kind: object, config: object, directory: Path) -> None:
    """Weights ten times wider than transformers starts from, so that inputs differ clearly."""
    with torch.random.fork_rng(devices=[]), torch.no_grad():
        torch.manual_seed(0)
        model = kind(config)  # type: ignore[operator]
        for parameter in model.parameters():
            if parameter.ndim > 1:
                parameter.normal_(std=0.2)
    model.save_pretrained(directory)
