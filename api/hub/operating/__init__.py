"""The work behind `milap hub`: one module for each group of commands."""
