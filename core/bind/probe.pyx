# cython: language_level=3, boundscheck=False, wraparound=False
"""Gated linear programs on a DAG: values, gradients and nested brackets of probes at a point."""
import numpy as np

from .checked import integer, integers

from cpython.exc cimport PyErr_CheckSignals
from libc.stdint cimport uint32_t, uint64_t
from libc.stdlib cimport free, malloc

from pcl cimport (PCL_FROZEN, PCL_OK, PCL_STOPPED, check, pcl_mod, pcl_poll, pcl_probe,
                  pcl_probe_chain, pcl_probe_value, pcl_probe_words, pcl_program,
                  pcl_program_is_valid, pcl_status, set_modulus)

FROZEN = PCL_FROZEN


cdef int asked_to_stop(void *arg) noexcept with gil:
    """The poll of the C core: stops it when a signal handler raises, as that of Ctrl-C does, or
    when `stop` says so.
    """
    cdef list box = <list>arg
    try:
        PyErr_CheckSignals()
        return box[0] is not None and bool(box[0]())
    except BaseException as error:
        box.append(error)
        return 1


cdef uint32_t[::1] indices(values, str name):
    """A copy that nobody else can change."""
    return integers(values, name, (None,), 1 << 32).astype(np.uint32)


cdef uint32_t[::1] letters_of(word, size_t w, size_t count):
    """A copy of a word, numbers below count; short words are many."""
    cdef Py_ssize_t k, n
    cdef uint32_t[::1] letters
    if not isinstance(word, list | tuple) or not all([type(x) is int for x in word]):
        return integers(word, f"words[{w}]", (None,), count).astype(np.uint32)
    n = len(word)
    letters = np.empty(n, dtype=np.uint32)
    for k in range(n):
        if not 0 <= word[k] < count:
            integers(word, f"words[{w}]", (None,), count)       # says so
        letters[k] = word[k]
    return letters


cdef class Program:
    """The graph: nodes in topological order, edges grouped by head (CSR), a parameter an edge.

    ptr has nodes + 1 entries, the edges into node v are ptr[v] .. ptr[v+1]-1; tail and param have
    one entry an edge. A parameter FROZEN stands for a constant, the integer weight of that edge.

    >>> program = Program([0, 0, 1, 2], [0, 1], [0, 1], 2)      # x -> hidden -> y, weights 0 and 1
    >>> probes = Probes(program, [[1, 0, 0]], [[1, 1, 1]], [[0, 0, 1]], 101)
    >>> probes.values([3, 5]).tolist(), probes.words([[0]], [3, 5]).tolist()
    ([15], [[5, 3]])
    """
    cdef pcl_program program
    cdef uint32_t[::1] ptr, tail, param
    cdef uint64_t[::1] some_weight
    cdef object weight

    def __cinit__(self, ptr, tail, param, params, weight=None):
        self.ptr = indices(ptr, "ptr")
        self.tail = indices(tail, "tail")
        self.param = indices(param, "param")
        if self.ptr.shape[0] < 1 or self.tail.shape[0] != self.param.shape[0]:
            raise ValueError("ptr, tail, param: expected nodes + 1, edges and edges entries")
        params = integer(params, "params", 0, 1 << 32)
        self.program.nodes = self.ptr.shape[0] - 1
        self.program.edges = self.tail.shape[0]
        self.program.params = params
        self.program.ptr = &self.ptr[0]
        self.program.tail = &self.tail[0] if self.tail.shape[0] else NULL
        self.program.param = &self.param[0] if self.param.shape[0] else NULL
        if weight is not None:
            if (not isinstance(weight, list | tuple | np.ndarray)
                    or len(weight) != self.tail.shape[0]):
                raise ValueError(f"weight: expected {self.tail.shape[0]} integers, "
                                 f"got {weight!r:.80}")
            self.weight = [integer(w, "weight", -(1 << 4096), 1 << 4096) for w in weight]
            self.some_weight = np.zeros(len(self.weight) + 1, dtype=np.uint64)
            self.program.weight = &self.some_weight[0]
        if not pcl_program_is_valid(&self.program):
            raise ValueError("ptr, tail, param: not a program (ptr must rise from 0 to the number "
                             "of edges, tails come before heads, parameters lie below params or "
                             "are FROZEN with a weight)")

    @property
    def nodes(self):
        return self.program.nodes

    @property
    def edges(self):
        return self.program.edges

    @property
    def params(self):
        return self.program.params


cdef class Probes:
    """A batch of probes of a program mod p: source, gate and out are (probes x nodes), entries
    below p.
    """
    cdef Program program
    cdef pcl_mod mod
    cdef pcl_program reduced                # the program with its frozen weights mod p
    cdef uint64_t[::1] weight
    cdef uint64_t[:, ::1] source, gate, out
    cdef pcl_probe *probes
    cdef size_t count

    def __cinit__(self, Program program not None, source, gate, out, p):
        cdef size_t i
        set_modulus(&self.mod, p)
        self.program = program
        self.reduced = program.program
        if program.weight is not None:
            self.weight = np.array([*[w % p for w in program.weight], 0], dtype=np.uint64)
            self.reduced.weight = &self.weight[0]
        self.source = integers(source, "source", (None, program.program.nodes), self.mod.p)
        self.gate = integers(gate, "gate", (None, program.program.nodes), self.mod.p)
        self.out = integers(out, "out", (None, program.program.nodes), self.mod.p)
        self.count = self.source.shape[0]
        if <size_t>self.gate.shape[0] != self.count or <size_t>self.out.shape[0] != self.count:
            raise ValueError("source, gate, out: expected as many rows each")
        self.probes = <pcl_probe *>malloc((self.count + 1) * sizeof(pcl_probe))
        if self.probes == NULL:
            raise MemoryError()
        if program.program.nodes:
            for i in range(self.count):
                self.probes[i].source = &self.source[i, 0]
                self.probes[i].gate = &self.gate[i, 0]
                self.probes[i].out = &self.out[i, 0]

    def __dealloc__(self):
        free(self.probes)

    def __len__(self):
        return self.count

    cdef object point(self, theta):
        size = self.program.program.params
        a = np.zeros(size + 1, dtype=np.uint64)     # never an empty buffer
        a[:size] = integers(theta, "theta", (size,), self.mod.p)
        return a

    def values(self, theta):
        """f(theta) mod p of every probe."""
        cdef uint64_t[::1] x = self.point(theta)
        out = np.zeros(self.count, dtype=np.uint64)
        cdef uint64_t[::1] view = out
        cdef size_t i
        cdef pcl_status status = PCL_OK
        for i in range(self.count):
            with nogil:
                status = pcl_probe_value(&view[i], &self.reduced, self.probes + i, &x[0], &self.mod)
            check(status)
        return out

    def words(self, words, theta):
        """Values (words x params) at theta of right-nested brackets; a word is a list of probe
        numbers.

        [i, j, k] stands for [g_i, [g_j, g_k]], g the gradients, [X, Y] = DY X - DX Y. Ctrl-C is
        heard between words. Errors: an empty word, a letter out of range, more than 30 letters.
        """
        cdef uint64_t[::1] x = self.point(theta)
        cdef size_t params = self.program.program.params, w
        if not isinstance(words, list | tuple):
            raise TypeError(f"words: expected a list of words, got {type(words).__name__}")
        cdef uint32_t[::1] letters
        cdef size_t start[2]
        cdef pcl_status status
        out = np.zeros((len(words), params), dtype=np.uint64)
        if not params:
            return out
        cdef uint64_t[:, ::1] view = out
        for w in range(<size_t>len(words)):
            letters = letters_of(words[w], w, self.count)
            if not letters.shape[0]:
                raise ValueError(f"words[{w}]: expected at least one letter")
            start[0] = 0
            start[1] = letters.shape[0]
            with nogil:
                status = pcl_probe_words(&view[w, 0], &self.reduced, self.probes, &letters[0],
                                         start, 1, &x[0], &self.mod)
            check(status, f"words[{w}]: expected at most 30 letters before its end, "
                          f"got {letters.shape[0]} in all")
            PyErr_CheckSignals()
        return out

    def chain(self, f, g, length, theta, stop=None):
        """The values of g, [f, g], [f, [f, g]], ..., (ad_f)^length g at theta, (length + 1) x
        params.

        f and g are probe numbers. Ctrl-C is heard (in the main thread); stop() is asked now and
        then, None is returned when it says so. Errors: a number out of range, a length of p or
        more.
        """
        f, g = integer(f, "f", 0, self.count), integer(g, "g", 0, self.count)
        length = integer(length, "length", 0, min(self.mod.p, 1 << 32))
        cdef uint64_t[::1] x = self.point(theta)
        cdef size_t i = f, j = g, n = length
        cdef pcl_status status
        out = np.zeros((length + 1, self.program.program.params), dtype=np.uint64)
        cdef uint64_t[:, ::1] view = out
        cdef list box = [stop]
        cdef pcl_poll poll
        poll.stop = asked_to_stop
        poll.arg = <void *>box
        if out.size:
            with nogil:
                status = pcl_probe_chain(&view[0, 0], &self.reduced, self.probes + i,
                                         self.probes + j, n, &x[0], 0, &self.mod, &poll)
            if len(box) > 1:
                raise box[1]
            if status == PCL_STOPPED:
                return None
            check(status)
        return out
