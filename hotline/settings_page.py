"""docs/settings.md, written from the settings' own descriptions: `python -m hotline.settings_page > docs/settings.md`."""

import datetime as dt
from collections.abc import Iterator

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from centres import Centre
from fund.core.settings import CoreSettings
from hotline.settings import Settings

HEAD = """# Settings

Everything is set in `hotline.toml`; `hotline check` names each mistake with its file, key and what was expected.
A variable `HOTLINE_<SECTION>_<KEY>` (such as `HOTLINE_SIP_PORT`) overrides the file; lists are separated by commas.
`HOTLINE_VAR` and `HOTLINE_PROFILE` are short for the two keys of `[hotline]`, `HOTLINE_SETTINGS` names another file.

This page is made by `python -m hotline.settings_page`; a test compares it with the code.
"""


def page() -> str:
    """Give the page as Markdown."""
    parts = [HEAD]
    for section, field in Settings.model_fields.items():
        model = field.annotation
        if section == "centres" or model is None:
            continue
        doc = (model.__doc__ or "").strip().splitlines()[0]
        parts.append(f"\n## [{section}]\n\n{doc}\n\n| key | default | meaning |\n|---|---|---|\n")
        for key, entry in model.model_fields.items():
            default = entry.get_default(call_default_factory=True)
            parts.append(f"| `{section}.{key}` | `{_shown(default)}` | {entry.description or ''} |\n")
    parts += _table("[fund.cores.<centre>]", "Where a centre's accounts live, when they do not live here.", CoreSettings)
    parts += _table("[[centres]]", "One table a centre, in the order reports show them.", Centre)
    return "".join(parts)


def _table(name: str, what: str, model: type[BaseModel]) -> Iterator[str]:
    """A table that there may be several of."""
    yield f"\n## {name}\n\n{what}\n\n| key | default | meaning |\n|---|---|---|\n"
    for key, entry in model.model_fields.items():
        default = entry.get_default(call_default_factory=True)
        shown = "required" if default is PydanticUndefined else f"`{_shown(default)}`"
        yield f"| `{key}` | {shown} | {entry.description or ''} |\n"


def _shown(value: object) -> str:
    if isinstance(value, dt.time):
        return f"{value:%H:%M}"
    if isinstance(value, tuple):
        return "[" + ", ".join(f'"{getattr(item, "name", item)}"' for item in value) + "]"
    return f'"{value}"' if isinstance(value, str) else str(value)


if __name__ == "__main__":
    print(page(), end="")
