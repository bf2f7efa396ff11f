"""Views of a table of examples: against each other, and what a network says of each."""
