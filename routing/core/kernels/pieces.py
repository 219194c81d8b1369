"""Answers what the search has to place: turns the lines of an order into pieces."""

from routing.core.kernels.jit import inlined, inner
from routing.core.kernels.shapes import KEPT, NO_LIMIT, Array, Options, Order, Pieces, Stock


@inlined
def _piece_of(order: Order, line: int, of_line: Array) -> int:
    """Return the piece that an earlier line opened for this one, −1 where there is none.

    Lines that may be cut are one piece per SKU: two lines of one SKU must not count the same stock twice. A named group
    is one piece. Where the rule forbids cutting, loose lines of one SKU are still one piece.
    """
    for other in range(line):
        if order.group[other] != order.group[line]:
            continue
        if order.group[line] >= 0 or order.sku[other] == order.sku[line]:
            return int(of_line[other])
    return -1


@inlined
def _open(pieces: Pieces, piece: int, whole: bool) -> None:
    pieces.need[:, piece] = 0
    row = pieces.row[piece]
    row.whole = whole
    row.lines = row.skus = row.units = row.grams = row.volume = row.value = 0
    row.hazmat = row.temperature = row.heaviest = row.side = row.age = row.oversize = 0


@inlined
def _sku_index(pieces: Pieces, sku: int) -> int:
    for j in range(pieces.counts[1]):
        if pieces.sku_of[j] == sku:
            return j
    j = pieces.counts[1]
    pieces.sku_of[j] = sku
    pieces.need[j, :] = 0
    pieces.counts[1] += 1
    return int(j)


@inlined
def _know_sku(stock: Stock, pieces: Pieces, piece: int, sku: int) -> None:
    """Add what the law and the scales say of `sku` to its piece."""
    row, facts = pieces.row[piece], stock.sku[sku]
    row.hazmat |= facts.hazmat
    row.temperature |= facts.temperature
    row.heaviest = max(row.heaviest, facts.grams)
    row.side = max(row.side, facts.side)
    row.age = max(row.age, facts.age)
    row.oversize |= facts.oversize


@inlined
def _add_line(stock: Stock, order: Order, pieces: Pieces, line: int, piece: int) -> None:
    sku, quantity = order.sku[line], order.quantity[line]
    j = _sku_index(pieces, sku)
    row = pieces.row[piece]
    row.skus += pieces.need[j, piece] == 0
    row.sku = sku if row.skus == 1 else -1
    pieces.need[j, piece] += quantity
    row.need = pieces.need[j, piece]
    row.lines += 1
    row.units += quantity
    row.grams += quantity * stock.sku[sku].grams
    row.volume += quantity * stock.sku[sku].volume
    row.value += quantity * order.value[line]
    _know_sku(stock, pieces, piece, sku)


@inlined
def _settle(pieces: Pieces, piece: int) -> None:
    """Turn the totals of a piece into totals per step: a cut piece has one step a unit, a whole one has one step."""
    row = pieces.row[piece]
    if row.whole:
        row.want = 1
        return
    units = row.units
    row.want, row.units, row.need = units, 1, 1
    row.grams //= units
    row.volume //= units
    # Lines of one SKU may differ in price: a unit counts their mean.
    row.value //= units
    for j in range(pieces.counts[1]):
        pieces.need[j, piece] = min(1, pieces.need[j, piece])


@inner
def _spare_quota(order: Order, pieces: Pieces) -> None:
    """Ask no more of a SKU than its channel's quota leaves; earlier pieces come first."""
    for j in range(pieces.counts[1]):
        left = order.quota[pieces.sku_of[j]] if order.quota.size else NO_LIMIT
        for piece in range(pieces.counts[0]):
            need = pieces.need[j, piece]
            if need:
                pieces.row[piece].want = min(pieces.row[piece].want, left // need)
                left -= pieces.row[piece].want * need


@inner
def build_pieces(stock: Stock, order: Order, together: bool, pieces: Pieces) -> None:
    """Fill `pieces` from the lines of `order`; `together` forbids to cut any line.

    Law: Σ over pieces of (steps asked × units a step) = Σ of the lines, before quota.
    """
    pieces.counts[:] = 0
    for line in range(order.sku.size):
        piece = _piece_of(order, line, pieces.of_line)
        if piece < 0:
            piece = pieces.counts[0]
            pieces.counts[0] += 1
            _open(pieces, piece, together or order.group[line] >= 0)
        pieces.of_line[line] = piece
        _add_line(stock, order, pieces, line, piece)
        pieces.counts[3] += order.quantity[line]
    for piece in range(pieces.counts[0]):
        _settle(pieces, piece)
    for j in range(pieces.counts[1]):
        uses = 0
        for piece in range(pieces.counts[0]):
            uses += pieces.need[j, piece] > 0
        pieces.counts[2] |= uses > 1
    if order.numbers[KEPT]:
        # What is left of an order is a part of it, however much of the rest it is.
        pieces.counts[3] = NO_LIMIT
    _spare_quota(order, pieces)


@inlined
def lines_of_step(pieces: Pieces, piece: int, step: int) -> int:
    """Return how many lines of a fulfillment order the `step`-th step of a piece may add.

    A whole piece brings all its lines. Units of several lines of one SKU count a line each until all are there: which
    line a unit will be dealt to is not known yet, and the capacity of a day must hold in any case.
    """
    if pieces.row[piece].whole:
        return int(pieces.row[piece].lines)
    return 1 if step <= pieces.row[piece].lines else 0


@inlined
def holds(options: Options, n: int, v: int, lines: int, units: int) -> bool:
    """Say whether the day on which a parcel leaves `n` by `v` holds its lines, units and seconds of work."""
    way, node = options.way[n, v], options.node[n]
    if lines > way.cap_lines or units > way.cap_units:
        return False
    return bool(lines * node.line_seconds + units * node.unit_seconds <= way.cap_seconds)


@inlined
def lines_of(pieces: Pieces, piece: int, steps: int) -> int:
    """Return how many lines `steps` steps of a piece may be."""
    return int(pieces.row[piece].lines if pieces.row[piece].whole else min(steps, pieces.row[piece].lines))
