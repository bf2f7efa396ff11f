"""Layouts, a module a topic: `TOPIC` is its name, `PAGES` are its pages in order."""
