"""How a message between holder and hub is signed: the library, the clock and the curve behind `api.wire.signing`."""
