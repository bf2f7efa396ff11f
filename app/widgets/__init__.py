"""Widgets that are not views of events: form, controls, canvas, lesson."""
