"""Settings of the documentation site: `sphinx-build -W docs site`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from policynlp.version import __version__

project = "policynlp"
author = "policynlp developers"
project_copyright = "policynlp developers"
release = version = __version__
language = "en"

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "generated"]
source_suffix = {".md": "markdown"}
nitpicky = False  # annotations name private aliases of the code; links inside pages are checked by MyST
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
suppress_warnings = ["config.cache"]

default_role = "literal"  # docstrings write `name` as Markdown does
napoleon_numpy_docstring = False
napoleon_custom_sections = [("Source", "notes"), ("Complexity", "notes")]
autodoc_member_order = "bysource"
autodoc_typehints = "description"
autodoc_typehints_description_target = "documented_params"
autodoc_preserve_defaults = True
autodoc_class_signature = "separated"

html_theme = "furo"
html_title = f"policynlp {release}"
html_show_sphinx = False
html_static_path = []
html_theme_options = {"navigation_with_keys": True}
pygments_style = "friendly"
