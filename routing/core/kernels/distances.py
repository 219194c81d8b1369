"""Answers how far every node is from a destination: great circles, in whole kilometers.

The arcsine is our own (fdlibm's, to a unit in the last place), so that a distance is the same on every machine, and so
that the compiler can work out several nodes at once, which it cannot across a call of the C library.
"""

import math

from routing.core.kernels.jit import inlined, inner
from routing.core.kernels.shapes import Array, Nodes

EARTH_RADIUS_KM = 6_371.0
P0, P1, P2 = 1.66666666666666657415e-01, -3.25565818622400915405e-01, 2.01212532134862925881e-01
P3, P4, P5 = -4.00555345006794114027e-02, 7.91534994289814532176e-04, 3.47933107596021167570e-05
Q1, Q2 = -2.40339491173441421878e00, 2.02094576023350569471e00
Q3, Q4 = -6.88283971605453293030e-01, 7.70381505559019352791e-02


@inlined
def _arcsine(x: float) -> float:
    """Return the arcsine of `x`, 0 ≤ x ≤ 1."""
    far = x > 0.5
    t = (1.0 - x) * 0.5 if far else x * x
    s = math.sqrt(t) if far else x
    p = t * (P0 + t * (P1 + t * (P2 + t * (P3 + t * (P4 + t * P5)))))
    q = 1.0 + t * (Q1 + t * (Q2 + t * (Q3 + t * Q4)))
    r = s + s * (p / q)
    return math.pi / 2.0 - 2.0 * r if far else r


@inner
def fill_distances(nodes: Nodes, located: int, to: Array, km: Array) -> None:
    """Fill the distance of every node from the place `to`; 0 where a place is not known."""
    x, y, z = to[0], to[1], to[2]
    for n in range(km.size):
        square = (nodes.xyz[0, n] - x) ** 2 + (nodes.xyz[1, n] - y) ** 2 + (nodes.xyz[2, n] - z) ** 2
        half = min(1.0, math.sqrt(square) * 0.5)
        km[n] = int(EARTH_RADIUS_KM * 2.0 * _arcsine(half) + 0.5) * nodes.located[n] * located
