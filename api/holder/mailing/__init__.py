"""Messages between the desks of two organisations: sealed here, opened there, unreadable to the hub between."""
