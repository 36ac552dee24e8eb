"""The public names are those of `__all__`, and importing the package is cheap."""

import importlib
import subprocess
import sys

import policynlp

HEAVY = ("spacy", "sklearn", "matplotlib", "networkx", "pandas", "numpy", "rjieba", "wordcloud")


def test_every_public_name_has_a_home_and_exists():
    assert set(policynlp.__all__) == {*policynlp.HOMES, "__version__"}
    for name, home in policynlp.HOMES.items():
        module = importlib.import_module(f"policynlp.{home}")
        assert getattr(policynlp, name) is getattr(module, name)
        assert name in module.__all__


def test_every_module_exports_what_it_says():
    import pkgutil

    for info in pkgutil.walk_packages(policynlp.__path__, "policynlp."):
        if info.name.endswith(("__main__", "cut_font")):
            continue
        module = importlib.import_module(info.name)
        for name in getattr(module, "__all__", ()):
            assert hasattr(module, name), f"{info.name}.{name}"


def test_import_loads_no_heavy_library():
    code = f"import sys, policynlp; print([m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_an_unknown_name_is_an_attribute_error():
    import pytest

    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        policynlp.nonsense  # noqa: B018
