"""Everything of Descent that is true without a screen."""
