"""The peers, set up as their own users would: Splink, anonlink with clkhash, faiss, numpy."""
