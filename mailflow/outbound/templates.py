"""The texts of mail, by language and kind: shipped with mailflow, overridden file by file.

A language is a folder; what it lacks comes from the desk's first language, then from English. Operators
write templates, customers never do: what they wrote is only ever a value in one.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from jinja2 import ChoiceLoader, FileSystemLoader, StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from mailflow.errors import ConfigurationError

_HERE = Path(__file__).resolve().parent.parent
# In the wheel the templates lie in the package, in a checkout beside it.
SHIPPED = next(
    folder for folder in (_HERE / "templates", _HERE.parent / "templates") if folder.is_dir()
)

# With its blank, mail programs know what follows as a signature (RFC 3676 section 4.3).
_SIGNATURE = "-- "


class Templates:
    """Renders a kind's text in a language. Everything is read and compiled at the start."""

    def __init__(self, languages: Sequence[str], override: Path | None = None) -> None:
        """Raises ConfigurationError naming each template that does not compile."""
        fallback = [language for language in (languages[0], "en") if language]
        self._environments = {
            language: _environment([language, *fallback], override) for language in languages
        }
        faults = [
            f"templates/{language}/{fault}"
            for language, environment in self._environments.items()
            for fault in _faults(environment)
        ]
        if faults:
            raise ConfigurationError(tuple(faults))

    def render(self, language: str, name: str, /, **values: object) -> str:
        """The text of `name` in `language`, one empty line at most between paragraphs.

        A ticket outlives a change of the desk's languages: it then gets the first one.
        """
        environment = self._environments.get(language) or next(iter(self._environments.values()))
        text = environment.get_template(f"{name}.txt").render(values)
        lines = [line.rstrip() for line in text.strip().split("\n")]
        if "--" in lines:  # only the last: a person's words may hold such a line as well
            lines[len(lines) - 1 - lines[::-1].index("--")] = _SIGNATURE
        spaced = (line for n, line in enumerate(lines) if line or lines[n - 1])
        return "\n".join(spaced) + "\n"


def _environment(languages: Sequence[str], override: Path | None) -> SandboxedEnvironment:
    folders = [
        root / language for language in languages for root in (override, SHIPPED) if root is not None
    ]
    return SandboxedEnvironment(
        loader=ChoiceLoader([FileSystemLoader(folder) for folder in folders]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


def _faults(environment: SandboxedEnvironment) -> list[str]:
    faults = []
    known = set(environment.list_templates(extensions=["txt"]))
    for name in sorted(known):
        try:
            environment.get_template(name)
        except (TemplateError, UnicodeDecodeError, OSError) as error:
            faults.append(f"{name}: {error}")
    return faults
