"""The neutral exchange: stores and compares encodings only."""
