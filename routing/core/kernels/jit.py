"""Answers how kernels are compiled: entries are called from Python and cached on disk, inner ones live inside them."""

import numba

entry = numba.njit(cache=True, nogil=True, _nrt=False)

inner = numba.njit(no_cpython_wrapper=True, no_cfunc_wrapper=True, _nrt=False)
"""Without the wrappers that unpack Python arguments, which cost more to compile than the functions themselves.

Without reference counts: kernels borrow the arrays of their caller, who holds them all for the length of the call. A
call that passes a hundred arrays would otherwise count each of them up and down, which costs more than its work.
"""

allocating = numba.njit(no_cpython_wrapper=True, no_cfunc_wrapper=True, _nrt=True)
"""For the few inner kernels that make arrays of their own."""

inlined = numba.njit(no_cpython_wrapper=True, no_cfunc_wrapper=True, _nrt=False, forceinline=True)
"""For what is asked for each node, way or piece: a call that hands over the tables costs more than such a question."""
