"""Actions at Asterisk's manager interface, a connection each: they are few, and none can be answered by another's answer."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from queue_stats.ami import Access
from waiting.exceptions import NotDone

SECONDS = 5.0
LOGIN, ACTION = "login", "action"


@dataclass(frozen=True, slots=True)
class Control:
    """`access`: the user hl_control, whom Asterisk tells no events."""

    access: Access

    async def do(self, action: str, **fields: str) -> Mapping[str, str]:
        """Do it once and give the answer; NotDone when it was refused, or none came: then it may have happened all the same."""
        try:
            async with asyncio.timeout(SECONDS):
                reader, writer = await asyncio.open_connection(self.access.host, self.access.port)
                try:
                    await reader.readuntil(b"\r\n")
                    login = {"Username": self.access.user, "Secret": self.access.secret, "Events": "off"}
                    await _ask(reader, writer, LOGIN, {"Action": "Login"} | login)
                    return await _ask(reader, writer, ACTION, {"Action": action} | fields)
                finally:
                    writer.close()
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
            raise NotDone(f"{action}: {type(error).__name__}") from None


async def _ask(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, name: str, fields: Mapping[str, str]
) -> Mapping[str, str]:
    lines = [f"{key}: {value}" for key, value in fields.items()] + [f"ActionID: {name}"]
    if any(sign in line for line in lines for sign in "\r\n\0"):
        raise NotDone(f"{fields['Action']}: a line break in a field")
    writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
    while True:
        block = (await reader.readuntil(b"\r\n\r\n")).decode("utf-8", "replace")
        pairs = (line.partition(":") for line in block.strip().split("\r\n"))
        answer = {key: value.strip() for key, _, value in pairs}
        if answer.get("ActionID") == name and "Response" in answer:
            if answer["Response"] != "Success":
                raise NotDone(f"{fields['Action']}: {answer.get('Message', answer['Response'])}")
            return answer
