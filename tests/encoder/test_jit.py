"""The kernel decorator."""

from encoder.jit import kernel


def test_compiles_where_machine_code_cannot_be_kept() -> None:
    """A function of no file has no cache folder, as in a read-only container."""
    scope: dict[str, object] = {}
    exec("def double(x):\n    return 2 * x", scope)
    double = kernel(scope["double"])  # type: ignore[arg-type]
    assert double(21) == 42
    assert hasattr(double, "signatures")
