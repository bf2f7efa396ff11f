"""What only a graphics card can tell: `python -m tests.gpu`, on a computer that has one, in less than five minutes."""
