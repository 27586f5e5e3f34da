"""The applications: holder gateway, hub, their wire messages and the command line."""
