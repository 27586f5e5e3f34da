"""Who the partners are, what they have agreed, and what the hub takes from them."""
