"""Core ML: converts models to packages, compresses, runs and lints them on any machine.

    export.py      export_model: a model to a folder of packages, with record.py, its record
    families/      opens a model to convert      layout/   the towers that are converted
    convert.py     a tower to a saved package    mil/      runs a package in torch
    compress/      weights in fewer bits         lint/     rules about the Neural Engine
    inputs.py      photos and texts to inputs

>>> from photosearch.coreml import ReferenceModel
>>> model = ReferenceModel("image.mlpackage")  # doctest: +SKIP
>>> model.predict({"image": pixels})  # doctest: +SKIP
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from photosearch.lazy import lazy_names

if TYPE_CHECKING:
    from photosearch.coreml.export import Exported as Exported
    from photosearch.coreml.export import export_model as export_model
    from photosearch.coreml.families.convertible import Convertible as Convertible
    from photosearch.coreml.families.convertible import open_model as open_model
    from photosearch.coreml.inputs import photo_input as photo_input
    from photosearch.coreml.inputs import text_input as text_input
    from photosearch.coreml.lint.lint import gate as gate
    from photosearch.coreml.lint.lint import lint_package as lint_package
    from photosearch.coreml.lint.rules import Finding as Finding
    from photosearch.coreml.mil.model import ReferenceModel as ReferenceModel
    from photosearch.coreml.mil.package import read_package as read_package
    from photosearch.coreml.record import ExportRecord as ExportRecord
    from photosearch.coreml.record import read_export_record as read_export_record

__all__, _get, __dir__ = lazy_names(
    __name__,
    {
        "Convertible": "photosearch.coreml.families.convertible",
        "ExportRecord": "photosearch.coreml.record",
        "Exported": "photosearch.coreml.export",
        "Finding": "photosearch.coreml.lint.rules",
        "ReferenceModel": "photosearch.coreml.mil.model",
        "export_model": "photosearch.coreml.export",
        "gate": "photosearch.coreml.lint.lint",
        "lint_package": "photosearch.coreml.lint.lint",
        "open_model": "photosearch.coreml.families.convertible",
        "photo_input": "photosearch.coreml.inputs",
        "read_export_record": "photosearch.coreml.record",
        "read_package": "photosearch.coreml.mil.package",
        "text_input": "photosearch.coreml.inputs",
    },
)
_NEED_TORCH = {"Convertible", "Exported", "ReferenceModel", "export_model", "open_model"}


def __getattr__(name: str) -> object:
    if name in _NEED_TORCH:
        from photosearch.errors import require

        require("coreml", f"photosearch.coreml.{name}", "torch")
    return _get(name)
