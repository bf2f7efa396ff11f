"""Language, theme, settings: what every room of the window needs."""
