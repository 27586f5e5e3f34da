"""Photos at the holder: decoding, faces, embeddings and their keyed codes; nothing here leaves the holder but codes."""
