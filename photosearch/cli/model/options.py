"""Options that `model export` and `model release` share: conversion, and verification."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from photosearch.errors import UsageError

if TYPE_CHECKING:
    from photosearch.data.evaluation_set import Sampling


class TargetName(StrEnum):
    IOS16 = "iOS16"
    IOS17 = "iOS17"
    IOS18 = "iOS18"


class WeightsName(StrEnum):
    fp16 = "fp16"
    int8 = "int8"
    palette6 = "palette6"
    palette4 = "palette4"
    mixed = "mixed"


class LayoutName(StrEnum):
    ane = "ane"
    plain = "plain"


@dataclass(frozen=True, slots=True)
class ConversionOptions:
    """What the packages are made for, and how."""

    target: Annotated[TargetName, typer.Option(help="The oldest system that has to run them.")] = (
        TargetName.IOS17
    )
    weights: Annotated[WeightsName, typer.Option(help="How the large weights are stored.")] = (
        WeightsName.int8
    )
    layout: Annotated[
        LayoutName,
        typer.Option(help="ane is made for the Neural Engine; plain is how torch would do it."),
    ] = LayoutName.ane
    budget_mb: Annotated[
        float | None,
        typer.Option(
            metavar="MB", help="With --weights mixed: what both packages may take together."
        ),
    ] = None

    @property
    def budget_bytes(self) -> int | None:
        """Raises UsageError for what is no number of bytes."""
        if self.budget_mb is None:
            return None
        if not (math.isfinite(self.budget_mb) and self.budget_mb > 0):
            raise UsageError(f"--budget-mb: got {self.budget_mb}, expected more than 0")
        return round(self.budget_mb * 1e6)


Model = Annotated[
    str,
    typer.Option(
        "--model",
        metavar="MODEL",
        help="builtin, a bundle, a CLIP, SigLIP or MobileCLIP folder, or a hub id.",
    ),
]
EvalData = Annotated[
    Path | None,
    typer.Option(
        "--eval-data",
        metavar="DIR",
        help="Photos with captions in JSONL beside them, to compare retrieval with torch's.",
    ),
]


@dataclass(frozen=True, slots=True)
class VerificationOptions:
    """What is checked of packages before they are kept."""

    eval_data: EvalData = None
    eval_photos: Annotated[
        int, typer.Option(metavar="N", min=2, help="Use at most this many of its photos.")
    ] = 1000
    eval_captions: Annotated[
        int, typer.Option(metavar="N", min=2, help="Use at most this many of its captions.")
    ] = 1000
    on_mac: Annotated[
        bool, typer.Option("--on-mac", help="Also let Core ML itself compute. Needs a Mac.")
    ] = False
    skip_verification: Annotated[
        bool,
        typer.Option("--skip-verification", help="Do not ask what the packages compute."),
    ] = False

    def check(self) -> None:
        """Raises UsageError for checks that were asked for and skipped at once."""
        if self.skip_verification and (self.eval_data is not None or self.on_mac):
            raise UsageError("--skip-verification: expected neither --eval-data nor --on-mac")

    @property
    def sampling(self) -> Sampling:
        from photosearch.data.evaluation_set import Sampling

        return Sampling(photos=self.eval_photos, captions=self.eval_captions)
