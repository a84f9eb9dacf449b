"""Agents, experts and supervisors: who they are, their phones, who is signed in and in what state."""
