"""The milap command, loaded command by command."""
