"""Starts Descent from its folder, as `descent` does where it is installed."""

from app.__main__ import main

if __name__ == "__main__":
    main()
