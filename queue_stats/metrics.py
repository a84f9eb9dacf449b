"""Prometheus figures, read when they are asked for."""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from ami import Ami
from facts import Journal
from queue_stats.answers import LiveAnswer
from queue_stats.listener import Listener
from queue_stats.store import Store


class Figures(Collector):
    """Gauges of the live picture and counters of the listener."""

    def __init__(self, live: LiveAnswer, ami: Ami, listener: Listener, store: Store, journal: Journal) -> None:
        self._live, self._ami, self._listener, self._store, self._journal = live, ami, listener, store, journal

    def collect(self) -> Iterator[Metric]:
        """Every figure."""
        live = self._live
        yield _gauge("hotline_asterisk_connected", "1 while Asterisk's manager interface is heard", live.connected)
        yield _gauge("hotline_calls", "calls that are up", live.calls_up)
        waiting = GaugeMetricFamily("hotline_waiting_calls", "callers waiting for a person", labels=["centre"])
        longest = GaugeMetricFamily("hotline_longest_wait_seconds", "longest wait of those waiting", labels=["centre"])
        for centre in live.centres:
            waits = [one.seconds for one in live.waiting if one.centre == centre]
            waiting.add_metric([centre], len(waits))
            longest.add_metric([centre], max(waits, default=0))
        yield waiting
        yield longest
        agents = GaugeMetricFamily("hotline_agents", "signed-in agents", labels=["centre", "state"])
        for pair in sorted({(agent.centre, agent.state) for agent in live.agents}):
            agents.add_metric(pair, sum((agent.centre, agent.state) == pair for agent in live.agents))
        yield agents
        if live.today is not None:
            for name in ("calls", "self_service", "offered", "answered", "lost"):
                yield _gauge(f"hotline_today_{name}", f"{name} since midnight", getattr(live.today, name))
        yield _counter("hotline_ami_events", "events read from Asterisk", self._ami.events_seen)
        yield _counter("hotline_ami_faults", "events that were not understood", self._listener.faults)
        yield _counter("hotline_facts_lost", "facts no disk took", self._journal.lost)
        yield _counter("hotline_journal_bad_lines", "journal lines that are no facts", self._store.bad_lines)
        yield _gauge(
            "hotline_journal_behind_bytes", "written to journals, not yet in the database", self._store.behind_bytes
        )


def registry(figures: Figures) -> CollectorRegistry:
    """A registry of just these figures."""
    made = CollectorRegistry()
    made.register(figures)
    return made


def _gauge(name: str, text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, text, value=float(value))


def _counter(name: str, text: str, value: float) -> CounterMetricFamily:
    return CounterMetricFamily(name, text, value=float(value))
