"""FastAGI: a codec without I/O, a session over it, and the server."""

from ivr.agi.codec import Environment, HangupNotice, Parser, Reply, encode
from ivr.agi.server import FastAgiServer, Handler
from ivr.agi.session import Session

__all__ = ["Environment", "FastAgiServer", "Handler", "HangupNotice", "Parser", "Reply", "Session", "encode"]
