"""Convolution and its kin, number by number."""
