"""Intake: a publisher's file, or a user's own, taken into the store by a process of its own."""
