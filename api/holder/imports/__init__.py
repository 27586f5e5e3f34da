"""Files of records in, as jobs that survive a crash; records out, as streams."""
