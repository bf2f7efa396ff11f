"""A page: lesson, form, controls, views."""
