"""Where everything lies below var/, and where the project itself lies."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Paths:
    """Folders of one installation. Two installations share none of them."""

    var: Path

    @property
    def asterisk(self) -> Path:
        """Asterisk's configuration, database, logs and socket."""
        return self.var / "asterisk"

    @property
    def postgres(self) -> Path:
        """The embedded database."""
        return self.var / "postgres"

    @property
    def secrets(self) -> Path:
        """Files that only the owner reads."""
        return self.var / "secrets"

    @property
    def logs(self) -> Path:
        """One log a process."""
        return self.var / "log"

    @property
    def run(self) -> Path:
        """State of the running processes."""
        return self.var / "run"

    @property
    def facts(self) -> Path:
        """Journals of facts that the ledger reads."""
        return self.var / "facts"

    @property
    def recordings(self) -> Path:
        """Recorded talks, sealed."""
        return self.var / "recordings"

    @property
    def plain_recordings(self) -> Path:
        """What Asterisk records, in the clear until it is sealed."""
        return self.recordings / "plain"

    @property
    def messages(self) -> Path:
        """Messages callers left."""
        return self.var / "messages"

    @property
    def announcements(self) -> Path:
        """What is heard when an agent answers, a recording for each agent."""
        return self.var / "announcements"

    @property
    def whispers(self) -> Path:
        """What agents hear before the caller, a recording for each combination of centre, verified and menu."""
        return self.var / "whispers"

    @property
    def music(self) -> Path:
        """What waiting callers hear."""
        return self.var / "music"

    @property
    def waiting(self) -> Path:
        """What each caller in the line is told: rewritten every few seconds, so in memory too."""
        return self.memory / "waiting"

    @property
    def memory(self) -> Path:
        """Short-lived speech: memory where the machine has it, since a spoken balance has no business on a disk."""
        name = "hotline-" + hashlib.sha256(str(self.var.resolve()).encode()).hexdigest()[:8]
        shm = Path("/dev/shm")  # noqa: S108 - a folder of our own inside, readable by the owner only
        return shm / name if os.access(shm, os.W_OK) else self.run / "speech"

    def make(self) -> None:
        """Create every folder, for the owner only."""
        for folder in (
            self.var,
            self.asterisk,
            self.secrets,
            self.logs,
            self.run,
            self.facts,
            self.recordings,
            self.plain_recordings,
            self.messages,
            self.memory,
        ):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            if folder != self.var:
                folder.chmod(0o700)


def settings_file() -> Path:
    """hotline.toml: the one named by HOTLINE_SETTINGS, in the working directory, or the project's own."""
    if named := os.environ.get("HOTLINE_SETTINGS"):
        return Path(named)
    here = Path.cwd() / "hotline.toml"
    return here if here.is_file() else PROJECT / "hotline.toml"
