"""The holder gateway: what an organisation runs beside its own records."""
