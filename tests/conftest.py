"""Fixtures shared by every room's tests live in tests/fixtures, one noun a module."""

import importlib.util

pytest_plugins = [
    name for name in ("tests.fixtures.postgres", "tests.fixtures.instance") if importlib.util.find_spec(name) is not None
]
