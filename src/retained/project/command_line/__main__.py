"""`python -m retained.project.command_line`: what `bin/run` and the launcher `retained` call."""

from retained.project.command_line.program import main

if __name__ == "__main__":
    main()
