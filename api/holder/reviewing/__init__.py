"""What people decide on candidates, who may, and what waits for them; and what is one child across records."""
