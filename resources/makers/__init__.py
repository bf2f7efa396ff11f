"""What only maintainers run: bundles of data, and the model that comes with Descent."""
