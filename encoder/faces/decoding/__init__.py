"""From the bytes of a photo to its pixels, by way of a child process that can do nothing else."""
