"""Vector instructions for the kernel: one view of one tile against one probe, all rows of the tile at once.

Codes stand in the gallery in chunks of 16 bits, chunk by chunk over the rows of a tile. So one vector holds the same
chunk of many rows, its population count leaves a 16-bit number for each row, and everything that follows (line,
floor, sum, comparison) works on 32 rows an instruction with 512-bit registers. Written as LLVM vectors of fixed
length, which LLVM lowers to whatever the machine has: AVX-512 with vpopcntw, AVX2 or SSE.

Numba would widen every 16-bit sum to 64 bits and lose three quarters of that, hence the instructions by hand.
"""

from collections.abc import Callable
from typing import Any, cast

from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic

TILE = 128
"""Rows of a tile: four vectors of 32 rows, which stay in registers while the chunks of a view pass by."""

LANES = 32
VECTORS = TILE // LANES
CHUNK_BITS = 16
CHUNKS_PER_WORD = 64 // CHUNK_BITS
DAY_SHIFT = 4
"""Birth days are compared in units of 16 days, rounded outward, so that they fit into 16 bits."""

STEPS = 2 * LANES
"""Entries of a bound's table: as many as one instruction looks up in."""

BOUND_BYTES = 2 * (STEPS + 8)
"""A bound: its table, the distance where the table begins, the shift from distance to entry, five of lines, padding."""

STEP_NUMBERS = 6

_I16, _I32, _I64 = ir.IntType(16), ir.IntType(32), ir.IntType(64)
_ROW = ir.VectorType(_I16, LANES)
_WIDE = ir.VectorType(_I32, LANES)
_BOOL = ir.VectorType(ir.IntType(1), LANES)


class _Writer:
    """Writes the instructions of a scan; addresses and numbers come in as 64-bit integers."""

    def __init__(self, builder: ir.IRBuilder, wide: bool) -> None:
        self.b, self.wide = builder, wide

    def call(self, name: str, result: ir.Type, *arguments: ir.Value) -> ir.Value:
        """Call an LLVM intrinsic by its full name."""
        kind = ir.FunctionType(result, [a.type for a in arguments])
        find = cast(Callable[..., Any], cgutils.get_or_insert_function)
        return self.b.call(find(self.b.module, kind, name), arguments)

    def load(self, kind: ir.Type, address: ir.Value, offset: int | ir.Value = 0, align: int = 2) -> ir.Value:
        """Load from a byte address."""
        return self.b.load(self._pointer(kind, address, offset), align=align)

    def number(self, address: ir.Value, place: int) -> ir.Value:
        """The int32 at this place of an array, as a 64-bit integer."""
        return self.b.sext(self.load(_I32, address, 4 * place, align=4), _I64)

    def store(self, value: ir.Value, address: ir.Value, offset: int, align: int = 2) -> None:
        """Store to a byte address."""
        self.b.store(value, self._pointer(value.type, address, offset), align=align)

    def _pointer(self, kind: ir.Type, address: ir.Value, offset: int | ir.Value) -> ir.Value:
        step = offset if isinstance(offset, ir.Value) else _I64(offset)
        return self.b.inttoptr(self.b.add(address, step), kind.as_pointer())

    def places(self, value: ir.Value | None = None) -> list[ir.Value]:
        """Room for one vector for each 32 rows; LLVM keeps it in registers."""
        place = cast(Callable[..., Any], cgutils.alloca_once)
        rooms = [place(self.b, _ROW) for _ in range(VECTORS)]
        if value is not None:
            for room in rooms:
                self.b.store(value, room)
        return rooms

    def splat(self, number: ir.Value) -> ir.Value:
        """A vector of one 16-bit number; a wider one loses its upper bits."""
        narrow = number if number.type == _I16 else self.b.trunc(number, _I16)
        one = self.b.insert_element(ir.Constant(_ROW, ir.Undefined), narrow, _I32(0))
        zeros = ir.Constant(ir.VectorType(_I32, LANES), None)
        return self.b.shuffle_vector(one, ir.Constant(_ROW, ir.Undefined), zeros)

    def pair(self, operation: str, one: ir.Value, other: ir.Value) -> ir.Value:
        """An LLVM intrinsic of two vectors, such as smax."""
        return self.call(f"llvm.{operation}.v{LANES}i16", _ROW, one, other)

    def nearest(
        self, tile: ir.Value, probe: ir.Value, words: ir.Value, copies: ir.Value, stride: ir.Value
    ) -> list[ir.Value]:
        """Distance of every row to the nearest of the probe's codes, which stand `stride` bytes apart."""
        lowest = self.places(ir.Constant(_ROW, [_I16(2**15 - 1)] * LANES))
        with cgutils.for_range(self.b, copies) as loop:
            code = self.b.add(probe, self.b.mul(loop.index, stride))
            for least, bits in zip(lowest, self._distances(tile, code, words), strict=True):
                self.b.store(self.pair("smin", self.b.load(least), bits), least)
        return [self.b.load(least) for least in lowest]

    def _distances(self, tile: ir.Value, probe: ir.Value, words: ir.Value) -> list[ir.Value]:
        """Hamming distance of every row: xor with the probe's chunk, count bits, add up over the chunks."""
        sums = self.places(ir.Constant(_ROW, None))
        with cgutils.for_range(self.b, words) as loop:
            code = self.b.add(probe, self.b.mul(loop.index, _I64(CHUNKS_PER_WORD * 2)))
            row = self.b.add(tile, self.b.mul(loop.index, _I64(CHUNKS_PER_WORD * TILE * 2)))
            for c in range(CHUNKS_PER_WORD):
                chunk = self.splat(self.load(_I16, code, c * 2))
                for k, total in enumerate(sums):
                    codes = self.load(_ROW, row, (c * TILE + k * LANES) * 2)
                    count = self.call(f"llvm.ctpop.v{LANES}i16", _ROW, self.b.xor(codes, chunk))
                    self.b.store(self.b.add(self.b.load(total), count), total)
        return [self.b.load(total) for total in sums]

    def bound(self, address: ir.Value, distances: list[ir.Value]) -> list[ir.Value]:
        """The bound at this address (indexer.bounds) for every distance: by its table where a vector can be one."""
        return self._looked_up(address, distances) if self.wide else self._lines(address, distances)

    def _looked_up(self, address: ir.Value, distances: list[ir.Value]) -> list[ir.Value]:
        base, shift = (self.splat(self.load(_I16, address, 2 * (STEPS + i))) for i in range(2))
        low, high = (self.load(_ROW, address, i * LANES * 2) for i in range(2))
        last = ir.Constant(_ROW, [_I16(STEPS - 1)] * LANES)
        out = []
        for distance in distances:
            above = self.b.lshr(self.pair("usub.sat", distance, base), shift)
            step = self.pair("umin", above, last)
            out.append(self.call("llvm.x86.avx512.vpermi2var.hi.512", _ROW, low, step, high))
        return out

    def _lines(self, address: ir.Value, distances: list[ir.Value]) -> list[ir.Value]:
        """max(floor, a - b * distance, c - d * distance)."""
        a, b, c, d, floor = (self.splat(self.load(_I16, address, 2 * (STEPS + 2 + i))) for i in range(5))
        out = []
        for distance in distances:
            steep = self.b.sub(a, self.b.mul(b, distance))
            slow = self.b.sub(c, self.b.mul(d, distance))
            out.append(self.pair("smax", self.pair("smax", steep, slow), floor))
        return out

    def born(self, bounds: ir.Value, born: ir.Value, days: ir.Value, distances: list[ir.Value]) -> list[ir.Value]:
        """The bounds of the birth view, by the gap between the intervals too."""
        overlap, apart, distant = (
            self.bound(self.b.add(bounds, _I64(i * BOUND_BYTES)), distances) for i in range(3)
        )
        first, last, far = (self.splat(self.number(days, i)) for i in range(3))
        out = []
        for k in range(VECTORS):
            gap = self._gap(k, born, first, last)
            weight = self.b.select(self.b.icmp_signed(">", gap, ir.Constant(_ROW, None)), apart[k], overlap[k])
            out.append(self.b.select(self.b.icmp_signed(">", gap, far), distant[k], weight))
        return out

    def _gap(self, k: int, born: ir.Value, first: ir.Value, last: ir.Value) -> ir.Value:
        """Units between birth intervals for 32 rows, never more than the true gap; negative where they overlap."""
        shift = ir.Constant(_WIDE, [_I32(DAY_SHIFT)] * LANES)
        up = ir.Constant(_WIDE, [_I32((1 << DAY_SHIFT) - 1)] * LANES)
        low = self.load(_WIDE, born, k * LANES * 4, align=4)
        high = self.b.add(self.load(_WIDE, born, (TILE + k * LANES) * 4, align=4), up)
        low16, high16 = (self.b.trunc(self.b.ashr(days, shift), _ROW) for days in (low, high))
        return self.pair("smax", self.b.sub(low16, last), self.b.sub(first, high16))

    def put(self, vectors: list[ir.Value], rooms: list[ir.Value]) -> None:
        """Store each vector in its place."""
        for vector, room in zip(vectors, rooms, strict=True):
            self.b.store(vector, room)

    def added(self, mask: ir.Value, weights: list[ir.Value], partial: ir.Value) -> list[ir.Value]:
        """The sums at `partial` plus the weights of rows that have the view; stored, too.

        Saturation keeps a sum above the weight (the tables' own sums fit, indexer.bounds); wrapping around would lose
        the best pairs of all.
        """
        sums = []
        for k, weight in enumerate(weights):
            known = self.b.bitcast(self.load(_I32, mask, k * 4, align=4), _BOOL)
            weight = self.b.select(known, weight, ir.Constant(_ROW, None))
            total = self.pair("sadd.sat", self.load(_ROW, partial, k * LANES * 2), weight)
            self.store(total, partial, k * LANES * 2)
            sums.append(total)
        return sums

    def reach(self, need: ir.Value, sums: list[ir.Value]) -> list[ir.Value]:
        """One bit for each row that reaches `need`, 64 rows a number."""
        wide = self.splat(need)
        bits = [self.b.icmp_signed(">=", total, wide) for total in sums]
        both = ir.Constant(ir.VectorType(_I32, 2 * LANES), [_I32(i) for i in range(2 * LANES)])
        pairs = zip(bits[::2], bits[1::2], strict=True)
        return [self.b.bitcast(self.b.shuffle_vector(one, other, both), _I64) for one, other in pairs]

    def count(self, words: list[ir.Value]) -> ir.Value:
        """Set bits of 64-bit numbers."""
        total: ir.Value = _I64(0)
        for word in words:
            total = self.b.add(total, self.call("llvm.ctpop.i64", _I64, word))
        return total


def _begin(typingctx: Any, partial: Any, start: Any, starts: Any, lift: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        partial, start, starts, lift = arguments
        write = _Writer(builder, _looks_up(context))
        probe, more = write.splat(start), write.splat(lift)
        rows = write.places(probe)
        with builder.if_then(builder.icmp_signed("!=", starts, _I64(0))):
            for k, room in enumerate(rows):
                row = write.pair("sadd.sat", write.load(_ROW, starts, k * LANES * 2), more)
                builder.store(write.pair("smax", row, probe), room)
        for k, room in enumerate(rows):
            write.store(builder.load(room), partial, k * LANES * 2)
        return _I64(0)

    return types.int64(*[types.int64] * 4), generate


def _step(typingctx: Any, tile: Any, masks: Any, born: Any, probe: Any, copies: Any, stride: Any, days: Any,
          bounds: Any, step: Any, partial: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        tile, masks, born, probe, copies, stride, days, bounds, step, partial = arguments
        write = _Writer(builder, _looks_up(context))
        view, first, words, several, by_gap, need = (write.number(step, i) for i in range(STEP_NUMBERS))
        codes = builder.select(builder.icmp_signed("!=", several, _I64(0)), copies, _I64(1))
        there = builder.add(tile, builder.mul(first, _I64(TILE * 2)))
        here = builder.add(probe, builder.mul(first, _I64(2)))
        distances = write.nearest(there, here, words, codes, stride)
        bound = builder.add(bounds, builder.mul(view, _I64(3 * BOUND_BYTES)))
        weights = write.places()
        with builder.if_else(builder.icmp_signed("!=", by_gap, _I64(0))) as (then, otherwise):
            with then:
                write.put(write.born(bound, born, days, distances), weights)
            with otherwise:
                write.put(write.bound(bound, distances), weights)
        mask = builder.add(masks, builder.mul(view, _I64(VECTORS * 4)))
        sums = write.added(mask, [builder.load(room) for room in weights], partial)
        return write.count(write.reach(need, sums))

    return types.int64(*[types.int64] * 10), generate


def _left(typingctx: Any, need: Any, partial: Any, alive: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        need, partial, alive = arguments
        write = _Writer(builder, _looks_up(context))
        sums = [write.load(_ROW, partial, k * LANES * 2) for k in range(VECTORS)]
        for k, word in enumerate(write.reach(need, sums)):
            write.store(word, alive, k * 8, align=8)
        return _I64(0)

    return types.int64(*[types.int64] * 3), generate


def _looks_up(context: Any) -> bool:
    """Whether the processor that this is compiled for can look 32 numbers up in a table of 64."""
    return "+avx512bw" in str(context.codegen().magic_tuple())


begin_rows: Callable[..., int] = cast(Any, intrinsic(_begin))
"""Fill int16 (TILE,) at `partial`: with `start`, or if `starts` is an address of int16 (TILE,), the higher of it and
those plus `lift`. All arguments int64; always gives 0."""

bound_view: Callable[..., int] = cast(Any, intrinsic(_step))
"""Add one view's upper bound to the sums of a tile and count the rows that still reach what they need.

All arguments and the result are int64; addresses are of contiguous arrays.

tile     address of the tile's chunks, uint16 (chunks, TILE)
masks    address of its presence bits, uint32 (views, VECTORS); rows without a view get nothing for it
born     address of its birth intervals, int32 (2, TILE)
probe    address of the probe's chunks, uint16 (chunks,)
copies   how many codes the probe has for views that may have several, `stride` bytes apart; the nearest counts
days     address of int32 (3,): the probe's birth interval in units of 16 days, rounded outward, and what is far
bounds   address of int16 (views, 3, BOUND_BYTES / 2), see indexer.bounds
step     address of int32 (STEP_NUMBERS,): view, its first chunk and number of words, whether the probe may have several
         codes, whether birth intervals count, and the 16-bit sum that a row has to have after this step
partial  address of int16 (TILE,), changed in place
"""

rows_left: Callable[..., int] = cast(Any, intrinsic(_left))
"""Fill uint64 (TILE / 64,) at `alive` with one bit a row: whether its sum, int16 (TILE,) at `partial`, reaches `need`.
All arguments int64; always gives 0."""
