"""What a file of unknown layout seems to be: a proposed mapping, with its reasons."""
