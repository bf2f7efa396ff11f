"""Widgets that each show one kind of event."""
