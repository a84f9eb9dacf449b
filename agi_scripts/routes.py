"""Which conversation the dialplan asks for by which route."""

from collections.abc import Awaitable, Callable, Mapping

from agi_scripts import agent, call_back, queue_wait, seat, supervise, verified_query, welcome
from agi_scripts.caller import World
from facts import Journal
from ivr.agi import Handler, Session, probe
from ivr.call import Call, begin
from ivr.exceptions import HandedOver
from ivr.settings import IvrSettings
from ivr.speaker import Speaker

Conversation = Callable[[Call, World], Awaitable[None]]

CONVERSATIONS: Mapping[str, Conversation] = {
    "call": welcome.welcome,
    "after_queue": agent.after_queue,
    "queue_key": queue_wait.queue_key,
    "call_back": call_back.call_back,
    "verified_query": verified_query.verified_query,
    "sign_in": seat.sign_in,
    "sign_out": seat.sign_out,
    "pause": seat.pause,
    "resume": seat.resume,
    "wrap_up_end": seat.wrap_up_end,
    "listen": supervise.listen,
    "whisper": supervise.whisper,
    "barge": supervise.barge,
    "take_over": supervise.take_over,
    "pull": supervise.pull,
    "force_pause": supervise.force_pause,
    "force_sign_out": supervise.force_sign_out,
}


def routes(world: World, speaker: Speaker, journal: Journal, settings: IvrSettings) -> dict[str, Handler]:
    """Give the FastAGI server its handlers."""

    def serving(conversation: Conversation) -> Handler:
        async def serve(session: Session) -> None:
            call = await begin(session, speaker, journal, settings)
            try:
                await conversation(call, world)
                await call.finish()
            except HandedOver:
                pass

        return serve

    return {route: serving(conversation) for route, conversation in CONVERSATIONS.items()} | {probe.ROUTE: probe.serve}
