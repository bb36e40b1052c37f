"""`python -m autograde` is the `autograde` command."""

from autograde.cli import main

if __name__ == "__main__":
    main()
