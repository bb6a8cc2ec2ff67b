"""Fixtures of the executor's tests that these use too."""

from tests.coreml.mil.conftest import tiny_package

__all__ = ["tiny_package"]
