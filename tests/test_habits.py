"""What every change keeps: clean linters and types, voiced prompts, no names of package hosts, pages that lead somewhere."""

import re
import subprocess

import pytest

from hotline.paths import PROJECT

HOSTS = re.compile(r"https?://[a-z0-9.-]*\.?(debian|pypi|pythonhosted|npmjs)\.(org|com)", re.IGNORECASE)
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")


def tracked(*patterns: str) -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", "--", *patterns], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    return listed.stdout.splitlines()


@pytest.mark.timeout(600)
def test_lint_types_and_prompts_are_clean() -> None:
    done = subprocess.run(["scripts/check"], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_package_host_is_named() -> None:
    texts = {
        name: (PROJECT / name).read_text(encoding="utf-8", errors="replace")
        for name in tracked()
        if not name.endswith((".alaw", ".png")) and (PROJECT / name).is_file()
    }
    assert len(texts) > 100
    assert not [name for name, text in texts.items() if HOSTS.search(text)]


def test_links_between_pages_lead_somewhere() -> None:
    broken = [
        f"{page}: {target}"
        for page in tracked("*.md")
        for target in LINK.findall((PROJECT / page).read_text(encoding="utf-8"))
        if not (PROJECT / page).parent.joinpath(target).exists()
    ]
    assert not broken
