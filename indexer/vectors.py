"""Vector instructions for the passes: one view of one tile against one probe, all rows of the tile at once.

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

_I16, _I32, _I64 = ir.IntType(16), ir.IntType(32), ir.IntType(64)
_ROW = ir.VectorType(_I16, LANES)
_WIDE = ir.VectorType(_I32, LANES)
_BOOL = ir.VectorType(ir.IntType(1), LANES)


class _Writer:
    """Writes the instructions of one pass; addresses and numbers come in as 64-bit integers."""

    def __init__(self, builder: ir.IRBuilder) -> None:
        self.b = builder

    def call(self, name: str, result: ir.Type, *arguments: ir.Value) -> ir.Value:
        """Call an LLVM intrinsic by its full name."""
        kind = ir.FunctionType(result, [a.type for a in arguments])
        find = cast(Callable[..., Any], cgutils.get_or_insert_function)
        return self.b.call(find(self.b.module, kind, name), arguments)

    def load(self, kind: ir.Type, address: ir.Value, offset: int | ir.Value = 0, align: int = 2) -> ir.Value:
        """Load from a byte address."""
        return self.b.load(self._pointer(kind, address, offset), align=align)

    def store(self, value: ir.Value, address: ir.Value, offset: int, align: int = 2) -> None:
        """Store to a byte address."""
        self.b.store(value, self._pointer(value.type, address, offset), align=align)

    def _pointer(self, kind: ir.Type, address: ir.Value, offset: int | ir.Value) -> ir.Value:
        step = offset if isinstance(offset, ir.Value) else _I64(offset)
        return self.b.inttoptr(self.b.add(address, step), kind.as_pointer())

    def splat(self, number: ir.Value) -> ir.Value:
        """A vector of one 16-bit number; a wider one loses its upper bits."""
        narrow = number if number.type == _I16 else self.b.trunc(number, _I16)
        one = self.b.insert_element(ir.Constant(_ROW, ir.Undefined), narrow, _I32(0))
        zeros = ir.Constant(ir.VectorType(_I32, LANES), None)
        return self.b.shuffle_vector(one, ir.Constant(_ROW, ir.Undefined), zeros)

    def nearest(
        self, tile: ir.Value, probe: ir.Value, chunks: ir.Value, copies: ir.Value, stride: ir.Value
    ) -> list[ir.Value]:
        """Distance of every row to the nearest of the probe's codes, which stand `stride` bytes apart."""
        place = cast(Callable[..., Any], cgutils.alloca_once)
        lowest = [place(self.b, _ROW) for _ in range(VECTORS)]
        for least in lowest:
            self.b.store(ir.Constant(_ROW, [_I16(2**15 - 1)] * LANES), least)
        with cgutils.for_range(self.b, copies) as loop:
            code = self.b.add(probe, self.b.mul(loop.index, stride))
            for least, bits in zip(lowest, self._distances(tile, code, chunks), strict=True):
                lower = self.call(f"llvm.smin.v{LANES}i16", _ROW, self.b.load(least), bits)
                self.b.store(lower, least)
        return [self.b.load(least) for least in lowest]

    def _distances(self, tile: ir.Value, probe: ir.Value, chunks: ir.Value) -> list[ir.Value]:
        """Hamming distance of every row: xor with the probe's chunk, count bits, add up over the chunks."""
        place = cast(Callable[..., Any], cgutils.alloca_once)
        sums = [place(self.b, _ROW) for _ in range(VECTORS)]
        for total in sums:
            self.b.store(ir.Constant(_ROW, None), total)
        with cgutils.for_range(self.b, chunks) as loop:
            word = self.splat(self.load(_I16, probe, self.b.mul(loop.index, _I64(2))))
            row = self.b.mul(loop.index, _I64(TILE * 2))
            for k, total in enumerate(sums):
                codes = self.load(_ROW, self.b.add(tile, row), k * LANES * 2)
                count = self.call(f"llvm.ctpop.v{LANES}i16", _ROW, self.b.xor(codes, word))
                self.b.store(self.b.add(self.b.load(total), count), total)
        return [self.b.load(total) for total in sums]

    def lines(self, numbers: ir.Value, first: int) -> list[ir.Value]:
        """The five numbers of a bound from memory, as vectors; loaded before anything is stored, so only once."""
        return [self.splat(self.load(_I64, numbers, 8 * (first + i), align=8)) for i in range(5)]

    def bound(self, lines: list[ir.Value], distance: ir.Value) -> ir.Value:
        """max(floor, a - b * distance, c - d * distance) for 32 rows."""
        a, b, c, d, floor = lines
        steep = self.b.sub(a, self.b.mul(b, distance))
        slow = self.b.sub(c, self.b.mul(d, distance))
        return self.highest(self.highest(steep, slow), floor)

    def highest(self, one: ir.Value, other: ir.Value) -> ir.Value:
        """The higher of two numbers in each of 32 rows."""
        return self.call(f"llvm.smax.v{LANES}i16", _ROW, one, other)

    def settle(
        self, k: int, weight: ir.Value, need: ir.Value, mask: ir.Value, partial: ir.Value, alive: ir.Value
    ) -> ir.Value:
        """Add 32 weights where the mask has the view; note which rows reach `need`, and count them."""
        known = self.b.bitcast(self.load(_I32, mask, k * 4, align=4), _BOOL)
        weight = self.b.select(known, weight, ir.Constant(_ROW, None))
        # A line stands far above its table where distances are small. Saturation keeps such a sum above the weight
        # (the tables' own sums fit, indexer.bounds); wrapping around would lose the best pairs of all.
        before = self.load(_ROW, partial, k * LANES * 2)
        total = self.call(f"llvm.sadd.sat.v{LANES}i16", _ROW, before, weight)
        self.store(total, partial, k * LANES * 2)
        reach = self.b.bitcast(self.b.icmp_signed(">=", total, self.splat(need)), _I32)
        self.store(reach, alive, k * 4, align=4)
        return self.b.zext(self.call("llvm.ctpop.i32", _I32, reach), _I64)


def _view(typingctx: Any, tile: Any, probe: Any, chunks: Any, copies: Any, stride: Any, mask: Any, lines: Any,
          need: Any, partial: Any, distance: Any, alive: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        tile, probe, chunks, copies, stride, mask, lines, need, partial, distance, alive = arguments
        write = _Writer(builder)
        count: ir.Value = _I64(0)
        numbers = write.lines(lines, 0)
        for k, bits in enumerate(write.nearest(tile, probe, chunks, copies, stride)):
            write.store(bits, distance, k * LANES * 2)
            weight = write.bound(numbers, bits)
            count = builder.add(count, write.settle(k, weight, need, mask, partial, alive))
        return count

    return types.int64(*[types.int64] * 11), generate


def _birth(typingctx: Any, tile: Any, probe: Any, chunks: Any, mask: Any, born: Any, first: Any, last: Any,
           lines: Any, far: Any, need: Any, partial: Any, distance: Any, alive: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        tile, probe, chunks, mask, born, first, last, lines, far, need, partial, distance, alive = arguments
        write = _Writer(builder)
        count: ir.Value = _I64(0)
        numbers = [write.lines(lines, start) for start in (0, 5, 10)]
        for k, bits in enumerate(write.nearest(tile, probe, chunks, _I64(1), _I64(0))):
            write.store(bits, distance, k * LANES * 2)
            overlap, apart, distant = (write.bound(one, bits) for one in numbers)
            gap = _gap(write, k, born, first, last)
            weight = builder.select(builder.icmp_signed(">", gap, write.splat(_I16(0))), apart, overlap)
            weight = builder.select(builder.icmp_signed(">", gap, write.splat(far)), distant, weight)
            count = builder.add(count, write.settle(k, weight, need, mask, partial, alive))
        return count

    return types.int64(*[types.int64] * 13), generate


def _gap(write: _Writer, k: int, born: ir.Value, first: ir.Value, last: ir.Value) -> ir.Value:
    """Units between birth intervals for 32 rows, never more than the true gap; negative where they overlap."""
    shift = ir.Constant(_WIDE, [_I32(DAY_SHIFT)] * LANES)
    up = ir.Constant(_WIDE, [_I32((1 << DAY_SHIFT) - 1)] * LANES)
    low = write.load(_WIDE, born, k * LANES * 4, align=4)
    high = write.b.add(write.load(_WIDE, born, (TILE + k * LANES) * 4, align=4), up)
    low16, high16 = (write.b.trunc(write.b.ashr(days, shift), _ROW) for days in (low, high))
    after, before = write.b.sub(low16, write.splat(last)), write.b.sub(write.splat(first), high16)
    return write.highest(after, before)


bound_view: Callable[..., int] = cast(Any, intrinsic(_view))
"""Add one view's upper bound to the partial weights of a tile and count the rows that still reach `need`.

All arguments and the result are int64; addresses are of contiguous arrays.

tile        address of the view's chunks in the tile, uint16 (chunks, TILE)
probe       address of the view's chunks in the probe, uint16 (chunks,)
copies      how many codes the probe has for this view, `stride` bytes apart; the nearest counts
mask        address of the tile's presence bits of the view, uint32 (VECTORS,); rows without the view get nothing
lines       address of int64 (5,): a, b, c, d and floor of the bound (indexer.bounds), 16-bit weights
need        16-bit weight that a row has to reach to stay alive
partial     address of int16 (TILE,), changed in place
distance    address of uint16 (TILE,), filled with the Hamming distances
alive       address of uint32 (VECTORS,), filled with one bit a row
"""

bound_birth: Callable[..., int] = cast(Any, intrinsic(_birth))
"""The same for the birth view, whose bound also depends on the gap between the birth intervals.

born         address of the tile's birth intervals, int32 (2, TILE)
first, last  the probe's interval in units of 16 days, rounded outward
lines        address of int64 (15,): the bound for overlapping intervals, for a gap, and for a gap above `far`
far          units of 16 days
"""
