"""Where the guide's files stand, and what of them can be said today.

    <folder>/<shared or a centre's code>/<deposit, withdrawal or loan>/<id>[.<anything>].md
    <folder>/<a centre's code>/branches/<code>.md

Files are looked at whenever a caller asks and read again when they changed, so what staff write is told without a restart,
as soon as it is voiced. A file that cannot be used is logged once, and what it said before stays.
"""

import datetime as dt
import logging
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from guide import page
from guide.article import SHARED, Article, Category, article, clashes, in_effect
from guide.branch import Branch, branch
from guide.exceptions import GuideError, Mistake
from sounds import NotVoiced, Prompt, Recordings

__all__ = ["Branch", "Contents", "Shelf", "contents"]

SHIPPED = Path(__file__).parent / "content"
BRANCHES = "branches"
NAME = re.compile(r"([a-z0-9_-]{1,40})(\.[a-z0-9_.-]+)?\.md")

MOST = 8
"""Keys there are to choose by: articles of a category, districts of a centre, branches of a district."""

log = logging.getLogger(__name__)

Entry = Article | Branch


@dataclass(frozen=True, slots=True)
class Contents:
    """All that stands in a folder, and what is wrong there."""

    articles: tuple[Article, ...]
    branches: tuple[Branch, ...]
    mistakes: tuple[Mistake, ...]

    def to_voice(self, today: dt.date) -> Iterator[Entry]:
        """What is told today or may be later: all but articles whose last day is over."""
        yield from (one for one in self.articles if not one.is_over(today))
        yield from self.branches

    def prompts(self, today: dt.date) -> Iterator[Prompt]:
        """What is to be voiced, in words."""
        for entry in self.to_voice(today):
            yield from entry.prompts


class Shelf:
    """The files below a folder, and the recordings they are said with."""

    def __init__(self, folder: Path, recordings: Recordings) -> None:
        self._folder, self._recordings = folder, recordings
        self._read: dict[Path, tuple[tuple[int, int, int], Entry | None]] = {}

    def articles(self, centre: str, category: Category, today: dt.date) -> list[Article]:
        """Give the articles of a category that are read to a centre's callers today: of each its best version that is voiced."""
        found = [*self._entries(SHARED, category), *self._entries(centre, category)]
        held = in_effect((one for one in found if isinstance(one, Article)), today)
        return [best for versions in held if (best := next(filter(self._is_voiced, versions), None))]

    def branches(self, centre: str) -> tuple[Branch, ...]:
        """Give the centre's branches that callers can be told of, in their order: only those that are voiced."""
        found = (one for one in self._entries(centre, BRANCHES) if isinstance(one, Branch) and self._is_voiced(one))
        return tuple(sorted(found, key=lambda one: (one.order, one.code)))

    def _entries(self, owner: str, kind: str) -> Iterator[Entry]:
        for file in _files(self._folder / owner / kind):
            try:
                state = file.stat()
            except OSError:
                continue  # just removed
            stamp = (state.st_mtime_ns, state.st_size, state.st_ino)
            before, entry = self._read.get(file, (None, None))
            if stamp != before:
                try:
                    entry = _entry(file, owner, kind)
                except GuideError as error:
                    log.error("the guide: %s", error)
                self._read[file] = stamp, entry
            if entry:
                yield entry

    def _is_voiced(self, entry: Entry) -> bool:
        """Have all of it in memory: what is about to be said cannot vanish from the disk under it."""
        try:
            self._recordings.load(prompt.id for prompt in entry.prompts)
        except NotVoiced:
            return False
        return True


def contents(folder: Path, centres: Collection[str]) -> Contents:
    """Read all there is and check it as a whole."""
    articles: list[Article] = []
    branches: list[Branch] = []
    mistakes: list[Mistake] = []
    if not folder.is_dir():
        mistakes.append(Mistake(str(folder), 0, "guide.folder", "there is no such folder"))
    for file in _all(folder):
        owner, kind = file.parts[len(folder.parts) : -1] if len(file.parts) == len(folder.parts) + 3 else ("", "")
        if owner != SHARED and owner not in centres:
            where = f"{SHARED} or the code of a centre ({', '.join(centres)})"
            mistakes.append(
                Mistake(str(file), 0, "-", f"expected to lie in a folder of a folder: {where}, then its kind")
            )
            continue
        try:
            entry = _entry(file, owner, kind)
        except GuideError as error:
            mistakes += error.mistakes
        else:
            branches += [entry] if isinstance(entry, Branch) else []
            articles += [entry] if isinstance(entry, Article) else []
    for name, other in clashes(articles).items():
        mistakes.append(Mistake(name, 0, "effective", f"{other} takes over on the same day; one of them must go"))
    mistakes += _too_many(folder, articles, branches)
    return Contents(tuple(articles), tuple(branches), tuple(mistakes))


def _too_many(folder: Path, articles: Iterable[Article], branches: Iterable[Branch]) -> Iterator[Mistake]:
    """Callers choose by one key."""
    found: dict[Path, set[str]] = {}
    for one in articles:
        found.setdefault(folder / one.owner / one.category, set()).add(one.id)
    for place in branches:
        found.setdefault(folder / place.centre / BRANCHES, set()).add(place.district)
        found.setdefault(folder / place.centre / BRANCHES / place.district, set()).add(place.code)
    for where, names in found.items():
        if where.parent.name != SHARED and where.name in set(Category):
            choices = names | found.get(folder / SHARED / where.name, set())
        else:
            choices = names
        if len(choices) > MOST:
            yield Mistake(str(where), 0, "-", f"{len(choices)} to choose from; one key chooses among {MOST} at most")


def _entry(file: Path, owner: str, kind: str) -> Entry:
    """Read and check one file."""
    found = NAME.fullmatch(file.name)
    if not found:
        raise GuideError(
            [Mistake(str(file), 0, "-", "expected a name of small letters, digits, - and _, such as rent.2027.md")]
        )
    if kind not in {BRANCHES, *Category} or (owner, kind) == (SHARED, BRANCHES):
        known = ", ".join([*Category, *([] if owner == SHARED else [BRANCHES])])
        raise GuideError([Mistake(str(file), 0, "-", f"expected to lie in one of {known}")])
    if kind == BRANCHES and found[2]:
        raise GuideError([Mistake(str(file), 0, "-", f"a branch has one file, {found[1]}.md")])
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise GuideError([Mistake(str(file), 0, "-", f"cannot be read: {error}")]) from None
    content = page.read(text, str(file))
    return branch(content, owner, found[1]) if kind == BRANCHES else article(content, owner, Category(kind), found[1])


def _all(folder: Path) -> list[Path]:
    """Every Markdown file below it, but a README and what is hidden."""
    found = (file for file in folder.rglob("*.md") if file.is_file() and file.name != "README.md")
    return sorted(file for file in found if not any(part.startswith(".") for part in file.relative_to(folder).parts))


def _files(folder: Path) -> list[Path]:
    """The Markdown files of a folder; what an editor hides is none."""
    try:
        found = sorted(folder.iterdir())
    except OSError:
        return []
    return [file for file in found if file.suffix == ".md" and not file.name.startswith(".")]
