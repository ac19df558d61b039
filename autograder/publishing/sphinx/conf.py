"""Sphinx's settings for the site. Nothing in it is fetched from another host."""

import importlib
import re
import shutil
from pathlib import Path

project = author = "Deep Days"
copyright = "Deep Days maintainers, MIT license"
language = "en"
extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx.ext.mathjax"]
default_role = "code"

nb_execution_mode = "off"
nb_merge_streams = True
nb_code_prompt_show = "Show the code of this figure"
nb_code_prompt_hide = "Hide the code of this figure"
nb_render_markdown_format = "myst"
myst_enable_extensions = ["amsmath", "dollarmath"]
myst_dmath_double_inline = True
myst_heading_anchors = 3
myst_links_external_new_tab = False
suppress_warnings = ["myst.header", "mystnb.unknown_mime_type"]  # a text may jump a level; figures are HTML here

autodoc_typehints = "none"
napoleon_use_rtype = False
python_display_short_literal_types = True
add_module_names = False
toc_object_entries = False

html_theme = "sphinx_book_theme"
html_title = "Deep Days"
templates_path = ["_templates"]
html_sidebars = {"**": ["search-button-field.html", "days-nav.html"]}
html_static_path = ["_static"]
html_css_files = ["deepdays.css"]
html_js_files = [("reach.js", {"defer": "defer"})]
html_copy_source = False
html_show_sourcelink = False
html_show_sphinx = False
html_last_updated_fmt = None
html_theme_options = {
    "show_toc_level": 2,
    "show_navbar_depth": 1,
    "use_download_button": False,
    "use_fullscreen_button": False,
    "use_repository_button": True,
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
    "navbar_start": [],
    "navbar_center": [],
    "navbar_end": [],
    "navbar_persistent": [],
}
html_context = {"default_mode": "auto"}
html_favicon = "_static/favicon.svg"

_MATHJAX = Path(importlib.import_module("sphinx-mathjax-offline").__path__[0]) / "static" / "mathjax"
_PARTS = ("tex-chtml.js", "input/tex/extensions", "output/chtml/fonts", "a11y/assistive-mml.js")
mathjax_path = "mathjax/tex-chtml.js"
mathjax3_config = {
    "loader": {"load": ["a11y/assistive-mml"]},
    "options": {"enableMenu": False, "enableAssistiveMml": True},
}


_FORMULA_AS_HEADER = re.compile(
    r'(?<=<th class="head">)<p><span class="math notranslate nohighlight">'
    r"(?P<maths>\\\((?P<latex>[^<]*)\\\))</span></p></th>"
)
_SAID = (
    r'<p><span class="visually-hidden">\g<latex></span>'
    r'<span class="math notranslate nohighlight" aria-hidden="true">\g<maths></span></p></th>'
)


def _finish(app, exception) -> None:
    """Put what pages need of MathJax beside them, and leave out the theme's maps of its own sources."""
    if exception is not None:
        return
    for path in Path(app.outdir, "_static").rglob("*.map"):
        path.unlink()
    for part in _PARTS:
        source, target = _MATHJAX / part, Path(app.outdir, "_static", "mathjax", part)
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            (shutil.copytree if source.is_dir() else shutil.copyfile)(source, target)


def _escape(app, what, name, obj, options, lines: list[str]) -> None:
    """A bar in a docstring is an absolute value, not reStructuredText's substitution."""
    lines[:] = [line.replace("|", r"\|") for line in lines]


def _name_headers(app, page, template, context, doctree) -> None:
    """Let a screen reader read a table's headers: of a formula its LaTeX; an empty corner is no header."""
    if "body" in context:
        body = re.sub(r'<th class="head([^"]*)">(<p></p>)?</th>', r'<td class="\1"></td>', context["body"])
        context["body"] = _FORMULA_AS_HEADER.sub(_SAID, body)


def setup(app) -> None:
    app.connect("html-page-context", _name_headers)
    app.connect("autodoc-process-docstring", _escape)
    app.connect("build-finished", _finish)
