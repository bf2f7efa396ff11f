"""The modules of a network as a tree that folds."""
