"""A process with an embedder that a photo can crash."""

from encoder.faces.child_side import ChildLimits, serve
from encoder.faces.embedder_child import handler
from tests.encoder.faces.fake_embedder import PaintedEmbedder

if __name__ == "__main__":
    serve(handler(PaintedEmbedder()), ChildLimits(2**31, cpu_seconds=10, wall_seconds=20))
