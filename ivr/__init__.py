"""Turns a call into a conversation: the AGI protocol, the verbs, Mandarin speech."""
