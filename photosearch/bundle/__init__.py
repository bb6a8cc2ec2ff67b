"""Builds model bundles from exports, lists, sums and signs their files, and checks them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from photosearch.lazy import lazy_names

if TYPE_CHECKING:
    from photosearch.bundle.build import build_bundle as build_bundle
    from photosearch.bundle.check import BundleReport as BundleReport
    from photosearch.bundle.check import check_bundle as check_bundle
    from photosearch.bundle.check import find_bundle as find_bundle
    from photosearch.bundle.info import ModelInfo as ModelInfo
    from photosearch.bundle.info import read_model_info as read_model_info
    from photosearch.bundle.inventory import Fault as Fault
    from photosearch.bundle.inventory import Inventory as Inventory
    from photosearch.bundle.inventory import take_inventory as take_inventory
    from photosearch.bundle.model_metadata import Model as Model
    from photosearch.bundle.model_metadata import describe_model as describe_model
    from photosearch.bundle.sums import check_signature as check_signature
    from photosearch.bundle.sums import read_private_key as read_private_key
    from photosearch.bundle.sums import read_public_key as read_public_key
    from photosearch.bundle.sums import read_sums as read_sums
    from photosearch.bundle.sums import sums_text as sums_text

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "BundleReport": "photosearch.bundle.check",
        "Fault": "photosearch.bundle.inventory",
        "Inventory": "photosearch.bundle.inventory",
        "Model": "photosearch.bundle.model_metadata",
        "ModelInfo": "photosearch.bundle.info",
        "build_bundle": "photosearch.bundle.build",
        "check_bundle": "photosearch.bundle.check",
        "check_signature": "photosearch.bundle.sums",
        "describe_model": "photosearch.bundle.model_metadata",
        "find_bundle": "photosearch.bundle.check",
        "read_model_info": "photosearch.bundle.info",
        "read_private_key": "photosearch.bundle.sums",
        "read_public_key": "photosearch.bundle.sums",
        "read_sums": "photosearch.bundle.sums",
        "sums_text": "photosearch.bundle.sums",
        "take_inventory": "photosearch.bundle.inventory",
    },
)
