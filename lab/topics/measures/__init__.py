"""What is measured of a classifier, and how much of it is chance."""
