"""Fill the templates in `reports/`: the only import of jinja2.

Owns the environment that templates run in. Every word that a reader meets stands in `reports/` or
`rules/`.
"""

import base64
import hashlib
import re
import sys
import textwrap
import traceback
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path

import jinja2
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from hingeexpert.errors import KnowledgeError, Problem, shown
from hingeexpert.formats.cache import keep, key_of, recall
from hingeexpert.formats.files import data_folder, files_below

WIDTH = 78
"""Columns of the text report."""
KIND = "template"
IN_BROWSER = sys.platform == "emscripten"
"""Whether this is an app, which keeps no files between two starts."""
MOST_TEMPLATES = 300
"""Compiled templates that are kept; about twice as many as are shipped."""
MARKS = re.compile(r"[\\`*_\[\]<>&~|]|^(?:[-+#=]|\d+(?=[.)]))")
"""What has a meaning in Markdown: anywhere, and at the beginning of a line."""
GIVEN = ("cited", "dose", "lines", "titled")
"""Filters that whoever renders gives with the context, as `filters`."""


def render(name: str, context: Mapping[str, object], templates: Path | None = None) -> str:
    """Render one template. A message about a broken one quotes the template, never what it was
    filled with.

    Args:
        name: Such as `diagnosis.html`; whatever ends in `.html` is escaped.
        context: What the template may read; as `filters`, by name, the functions of those in
            `GIVEN` that it uses.
        templates: Folder whose files replace shipped templates of the same name.

    Raises:
        KnowledgeError: When the folder is missing or a template is broken.
    """
    if templates is not None and not templates.is_dir():
        raise KnowledgeError.about(templates, "there is no such folder of templates")
    try:
        return _environment(templates).get_template(name).render(context)
    except jinja2.TemplateSyntaxError as error:
        raise KnowledgeError(
            [
                Problem(
                    error.filename or error.name or name,
                    error.lineno,
                    "",
                    error.message or "cannot be read",
                )
            ]
        ) from None
    except Exception as error:
        if templates is None and not isinstance(error, jinja2.TemplateError):
            raise
        raise KnowledgeError(
            [_template_problem(error, name, (templates, data_folder("reports")))]
        ) from None


def _template_problem(error: Exception, name: str, folders: Iterable[Path | None]) -> Problem:
    """Find the innermost line of a template that an error passed through."""
    known = tuple(str(folder) for folder in folders if folder is not None)
    inside = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename.startswith(known)
    ]
    match error:
        case jinja2.UndefinedError():
            what = "a name is used that the report does not have"
        case jinja2.TemplateNotFound():
            what = "a template is asked for that does not exist"
        case SecurityError():
            what = "a template may not do this"
        case _:
            what = f"the template fails ({type(error).__name__})"
    if not inside:
        return Problem(name, None, "", what)
    return Problem(inside[-1].filename, inside[-1].lineno, "", f"{what}: {shown(inside[-1].line)}")


class _KeptTemplates(jinja2.BytecodeCache):
    """Compiled templates in the user's cache folder; each is found by its text, its place and the
    version of jinja2.
    """

    def load_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        """Take what was compiled before, if it is there."""
        kept = recall(KIND, _key(bucket))
        if kept is not None:
            bucket.bytecode_from_string(kept)

    def dump_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        """Keep what was compiled just now."""
        keep(KIND, _key(bucket), bucket.bytecode_to_string(), MOST_TEMPLATES)


def _key(bucket: jinja2.bccache.Bucket) -> str:
    return key_of(bucket.key, bucket.checksum, jinja2.__version__)


@cache
def _environment(templates: Path | None) -> jinja2.Environment:
    folders = [folder for folder in (templates, data_folder("reports")) if folder is not None]
    environment = ImmutableSandboxedEnvironment(
        loader=jinja2.ChoiceLoader([_loader(folder) for folder in folders]),
        undefined=jinja2.StrictUndefined,
        autoescape=jinja2.select_autoescape(enabled_extensions=("html",)),
        trim_blocks=True,
        lstrip_blocks=True,
        bytecode_cache=None if IN_BROWSER else _KeptTemplates(),
    )
    given = {name: _given(name) for name in GIVEN}
    environment.filters |= {
        "wrapped": _wrapped,
        "csp_hash": csp_hash,
        "css_string": css_string,
        "in_markdown": in_markdown,
        **given,
    }
    return environment


def _loader(folder: Path) -> jinja2.BaseLoader:
    """Return what finds the templates of a folder; in a browser all are read at once, for a memory
    image holds no files.
    """
    if not IN_BROWSER:
        return jinja2.FileSystemLoader(folder)
    found = files_below(folder)
    return jinja2.DictLoader({name: Path(entry.path).read_text("utf-8") for name, entry in found})


def _given(name: str) -> Callable[..., object]:
    """Return a filter that is the function of its name in the context, so that one environment
    serves every context.
    """

    @jinja2.pass_context
    def applied(context: jinja2.runtime.Context, *values: object) -> object:
        return context.resolve("filters")[name](*values)

    return applied


@jinja2.pass_context
def _wrapped(
    context: jinja2.runtime.Context, text: str, lead: str = "", indent: int | None = None
) -> str:
    """Wrap text to the `columns` of a context, 78 where it has none."""
    return wrapped(text, lead, indent, context.get("columns", WIDTH))


def wrapped(text: str, lead: str = "", indent: int | None = None, width: int = WIDTH) -> str:
    """Wrap text.

    Args:
        text: A paragraph; runs of blanks become one.
        lead: Opens the first line.
        indent: Columns by which the other lines are set in; as many as the lead has when not given.
        width: Columns of a line.
    """
    paragraph = " ".join(str(text).split())
    hanging = " " * (len(lead) if indent is None else indent)
    return textwrap.fill(
        paragraph, width, initial_indent=lead, subsequent_indent=hanging, break_on_hyphens=False
    )


def csp_hash(style: str) -> str:
    """Return what a content security policy names this style block by: `sha256-` and the digest in
    base64.
    """
    digest = hashlib.sha256(str(style).encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"


def css_string(text: str) -> str:
    """Return a text as a string of a style sheet: no character of it can end the string, the sheet
    or the element around it.
    """
    safe = (
        sign if sign.isascii() and sign.isalnum() else f"\\{ord(sign):x} " for sign in str(text)
    )
    return f'"{"".join(safe)}"'


def in_markdown(text: str) -> str:
    """Return a text as one line of Markdown that shows it letter for letter: no character of it
    makes a mark, a block or an element of HTML.
    """
    return MARKS.sub(_unmarked, " ".join(str(text).split()))


def _unmarked(found: re.Match[str]) -> str:
    sign = found.group()
    return f"{sign}\\" if sign.isdigit() else f"\\{sign}"
