"""Answers how kernels are compiled: entries are called from Python and cached on disk, inner ones live inside them."""

import numba

entry = numba.njit(cache=True, nogil=True)

inner = numba.njit(no_cpython_wrapper=True, no_cfunc_wrapper=True)
"""Without the wrappers that unpack Python arguments, which cost more to compile than the functions themselves."""
