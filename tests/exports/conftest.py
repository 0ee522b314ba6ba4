"""What the tests of imports know how to do quickly."""

from tests.imports.conftest import samples_are_read_once

__all__ = ["samples_are_read_once"]
