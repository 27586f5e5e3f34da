"""Photos of records: taken in, read, shown to whoever may see the record, and kept in the vault."""
