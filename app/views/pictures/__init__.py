"""Pictures side by side, which are zoomed together and whose pixels can be asked."""
