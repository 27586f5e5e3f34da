"""Cards of partners, and sealed messages that the hub passes on between them."""
