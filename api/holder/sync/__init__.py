"""What connects a gateway with the hub: codes out, candidates in."""
