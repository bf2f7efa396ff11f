"""Data sets: bundled with Descent, imported from files, downloaded, or taken from scikit-learn."""
