"""Convolution, its kin, and the sizes that they lead to, in NumPy; held against torch by the tests."""
