"""Reading files of raw records: every good row becomes a record, every bad one a problem that names its row."""
