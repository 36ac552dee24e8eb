"""Runs the command line as `python -m policynlp`."""

from policynlp.cli import main

if __name__ == "__main__":
    main()
