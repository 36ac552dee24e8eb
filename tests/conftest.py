"""Fixtures: the shipped report, and the shared folder where there is one."""

import os
from pathlib import Path

import pytest

import policynlp
from policynlp.resources import corpora_path

SHARED = Path(os.environ.get("POLICYNLP_SHARED", Path(__file__).parents[2] / "shared"))


@pytest.fixture(scope="session")
def benxi_path():
    return corpora_path("reports", "benxi-2014.txt")


@pytest.fixture(scope="session")
def benxi(benxi_path):
    return policynlp.analyze(benxi_path)


@pytest.fixture(scope="session")
def shared():
    """The folder of gold and real texts that stands beside the project for developers."""
    if not SHARED.is_dir():
        pytest.skip("the shared folder of gold and real texts is absent")
    return SHARED


@pytest.fixture(scope="session")
def city_paths(shared):
    return sorted((shared / "texts" / "city-reports-2024").glob("*.txt"))
