"""Actions: each is sent once, has one answer, and a limit of time.

The connection is made when it is needed and made anew after it broke; the action that was under way then fails, and is
never sent again by itself.
"""

import asyncio
import contextlib
import re
from collections.abc import Mapping, Sequence
from typing import Any, Self

from ami.connection import Access, Link
from ami.exceptions import LinkLost, Refused

CONNECT_SECONDS = 5.0
EVENTS_IN_MEMORY = 1000
"""The user is told no events; what comes all the same is not kept without end."""

BREAKS = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029]")
"""What could end a line and begin another field."""

NAME = re.compile(r"[A-Za-z]+")


class Control:
    """Acts as one user, hl_control. For any number of tasks at once."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._link: Link | None = None
        self._connecting = asyncio.Lock()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.close()

    async def do(self, action: str, **fields: str) -> Mapping[str, str]:
        """Do it and give Asterisk's answer.

        Refused: Asterisk said no, or a field has a line break and was not sent. LinkLost: no connection, or no answer in
        time; it may have happened all the same.
        """
        answer: Mapping[str, str] = await self._ask(action, fields, as_list=False)
        return answer

    async def list(self, action: str, event: str, **fields: str) -> Sequence[Mapping[str, str]]:
        """Ask for a list and give its events of that name. Errors as `do`."""
        said = await self._ask(action, fields, as_list=True)
        return [one for one in said if one.get("Event") == event]

    def close(self) -> None:
        """Leave; a later action connects anew."""
        if self._link is not None:
            with contextlib.suppress(Exception):
                self._link.close()
            self._link = None

    async def _ask(self, action: str, fields: Mapping[str, str], *, as_list: bool) -> Any:  # noqa: ANN401 - panoramisk is untyped
        for name, value in {"Action": action, **fields}.items():
            if not NAME.fullmatch(name) or BREAKS.search(value):
                raise Refused(f"{action}: {name} cannot be sent")
        link = await self._connected()
        try:
            return await link.ask(action, as_list=as_list, **fields)
        except LinkLost:
            # An answer that comes too late must not be taken for another action's; the next one connects anew.
            if self._link is link:
                self.close()
            raise

    async def _connected(self) -> Link:
        async with self._connecting:
            if self._link is not None and not self._link.lost.done():
                return self._link
            self.close()
            link = Link(self._access, EVENTS_IN_MEMORY)
            try:
                async with asyncio.timeout(CONNECT_SECONDS):
                    await link.connect()
                    await link.ask("Login", Username=self._access.user, Secret=self._access.secret, Events="off")
            except (OSError, TimeoutError) as error:
                with contextlib.suppress(Exception):
                    link.close()
                raise LinkLost(f"no connection: {type(error).__name__}") from None
            except BaseException:
                with contextlib.suppress(Exception):
                    link.close()
                raise
            self._link = link
            return link
