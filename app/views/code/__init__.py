"""A text of a program: its syntax, its picture, and the view."""
