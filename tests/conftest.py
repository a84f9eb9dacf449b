"""Fixtures shared by every room's tests live in tests/fixtures, one noun a module."""

import pytest
from hypothesis import HealthCheck, settings

pytest.register_assert_rewrite("tests.calls.leaves", "tests.calls.talk")
pytest_plugins = ["tests.fixtures.postgres", "tests.fixtures.instance"]

# Machines are shared and slow at times: how long an example takes says nothing about what holds.
settings.register_profile("hotline", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("hotline")
