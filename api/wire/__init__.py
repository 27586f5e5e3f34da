"""Messages between holder and hub; no raw field."""
