"""Everything of Descent that needs a screen. Never imports torch when it is loaded."""
