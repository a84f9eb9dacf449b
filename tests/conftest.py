"""Fixtures shared by every room's tests live in tests/fixtures, one noun a module."""

pytest_plugins = ["tests.fixtures.postgres", "tests.fixtures.instance"]
