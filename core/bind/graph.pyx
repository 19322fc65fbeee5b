# cython: language_level=3, boundscheck=False, wraparound=False
"""Paths of directed acyclic graphs: order of the edges, what is reached, classes of joined nodes,
counts.
"""
import numpy as np

from .checked import integer, integers, unmasked

from libc.stdint cimport int64_t, uint8_t

from pcl cimport (PCL_DOWN, PCL_EDGE_TEXT, PCL_GATED, PCL_OK, PCL_OUTPUT, PCL_SOURCE, PCL_UP, check,
                  heard, pcl_edges_text, pcl_graph, pcl_graph_is_valid, pcl_graph_join,
                  pcl_graph_order, pcl_graph_reach, pcl_path_count, pcl_path_counts, pcl_poll,
                  pcl_status)


NODE_LIMIT = 1 << 28                            # each takes some bytes, on an edge or not


cdef int64_t[::1] words(values, str name):
    """A copy as 64-bit integers that nobody else can change; C checks the ranges. One entry more,
    so that it is never empty.
    """
    unmasked(values, name)
    if not isinstance(values, np.ndarray) or values.dtype.kind not in "iu" or values.ndim != 1:
        raise TypeError(f"{name}: expected a vector of integers, got {values!r:.60}")
    if values.dtype.kind == "u" and len(values) and values.max() >= 1 << 63:    # would be negative
        raise ValueError(f"{name}: expected integers below 2^63, got {values.max()}")
    cdef Py_ssize_t size = len(values)
    a = np.empty(size + 1, dtype=np.int64)
    a[:size] = values
    a[size] = 0
    return a


cdef pcl_poll listening(list errors):
    """The poll that hears Ctrl-C."""
    cdef pcl_poll poll
    poll.stop, poll.arg = heard, <void *>errors
    return poll


cdef int ended(pcl_status status, list errors, str limit="") except -1:
    """What was raised while C ran, or what its status says."""
    if errors:
        raise errors[0]
    check(status, limit)
    return 0


cdef class Marked:
    """A checked graph with marks at its nodes."""
    cdef pcl_graph graph
    cdef int64_t[::1] tail, head, param
    cdef uint8_t[::1] mark

    def __cinit__(self, nodes, params, tail, head, param, sources, outputs, gated):
        cdef int valid
        self.graph.nodes = integer(nodes, "nodes", 0, NODE_LIMIT)
        self.graph.params = integer(params, "params", 0, 1 << 40)
        self.tail, self.head = words(tail, "tail"), words(head, "head")
        self.param = words(param, "param")
        self.graph.edges = self.tail.shape[0] - 1
        if self.head.shape[0] != self.tail.shape[0] or self.param.shape[0] != self.tail.shape[0]:
            raise ValueError("tail, head, param: expected as many entries each")
        self.graph.tail, self.graph.head = &self.tail[0], &self.head[0]
        self.graph.param = &self.param[0]
        mark = np.zeros(nodes + 1, dtype=np.uint8)
        for bit, name, given in ((PCL_SOURCE, "sources", sources), (PCL_OUTPUT, "outputs", outputs),
                                 (PCL_GATED, "gated", gated)):
            at = np.asarray(given, dtype=None if len(given) else np.int64)
            mark[integers(at, name, (None,), nodes)] |= bit
        self.mark = mark
        with nogil:
            valid = pcl_graph_is_valid(&self.graph, &self.mark[0])
        if not valid:
            raise ValueError("tail, head, param: not a graph (0 <= tail < head < nodes, edges "
                             "sorted by head, then tail, none parallel, none into a source, "
                             "-1 <= param < params)")


def order(tail, head, nodes):
    """The permutation that sorts edges by head, then tail; entries lie in 0 .. nodes-1. Ctrl-C is
    heard.

    >>> order(np.array([1, 0, 0]), np.array([2, 2, 1]), 3).tolist()
    [2, 1, 0]
    """
    nodes = integer(nodes, "nodes", 0, NODE_LIMIT)
    cdef int64_t[::1] t = words(tail, "tail"), h = words(head, "head")
    for name, a in (("tail", np.asarray(t)[:t.shape[0] - 1]),
                    ("head", np.asarray(h)[:h.shape[0] - 1])):
        if len(a) and not 0 <= a.min() <= a.max() < nodes:
            raise ValueError(f"{name}: expected entries in 0 .. {nodes - 1}")
    if h.shape[0] != t.shape[0]:
        raise ValueError("tail, head: expected as many entries each")
    out = np.empty(t.shape[0], dtype=np.int64)
    cdef int64_t[::1] view = out
    cdef size_t n = nodes, edges = t.shape[0] - 1
    cdef list errors = []
    cdef pcl_poll poll = listening(errors)
    cdef pcl_status status
    with nogil:
        status = pcl_graph_order(&view[0], &t[0], &h[0], n, edges, &poll)
    ended(status, errors, "more than 2^32 - 1 edges")
    return out[:edges]


def reach(nodes, tail, head, sources, outputs):
    """Two masks of nodes: what the sources reach, and what reaches an output. Edges are sorted by
    head, then tail. Ctrl-C is heard.

    >>> [mask.tolist() for mask in reach(4, np.array([0, 1]), np.array([1, 3]), [0], [3])]
    [[True, True, False, True], [True, True, False, True]]
    """
    cdef Marked m = Marked(nodes, 0, tail, head, np.full(len(tail), -1), sources, outputs, ())
    cdef list errors = []
    cdef pcl_poll poll = listening(errors)
    cdef pcl_status status
    with nogil:
        status = pcl_graph_reach(&m.mark[0], &m.graph, &poll)
    ended(status, errors)
    mark = np.asarray(m.mark)[:nodes]
    return mark & PCL_DOWN != 0, mark & PCL_UP != 0


def join(nodes, tail, head, param, sources, outputs):
    """For each node the smallest node that live edges with param -1 join it to. Ctrl-C is heard.

    >>> join(4, np.array([0, 1, 2]), np.array([1, 2, 3]), np.array([0, -1, 0]), [0], [3]).tolist()
    [0, 1, 1, 3]
    """
    cdef Marked m = Marked(nodes, (1 << 40) - 1, tail, head, param, sources, outputs, ())
    label = np.empty(nodes + 1, dtype=np.int64)
    cdef int64_t[::1] view = label
    cdef list errors = []
    cdef pcl_poll poll = listening(errors)
    cdef pcl_status status
    with nogil:
        status = pcl_graph_reach(&m.mark[0], &m.graph, &poll)
        if status == PCL_OK:
            status = pcl_graph_join(&view[0], &m.graph, &m.mark[0], &poll)
    ended(status, errors)
    return label[:nodes]


def path_counts(nodes, params, tail, head, param, sources, outputs, gated):
    """What the rank of the paths rests on, as a dict: live, frozen, idle, hidden, classes, tied,
    merged (core/include/pcl/types.h). Ctrl-C is heard.

    >>> tail, head, param = np.array([0, 0, 1]), np.array([1, 2, 2]), np.array([0, 1, 2])
    >>> path_counts(3, 3, tail, head, param, [0], [2], [1])
    {'live': 3, 'frozen': 0, 'idle': 0, 'hidden': 1, 'classes': 1, 'tied': False, 'merged': False}
    """
    cdef Marked m = Marked(nodes, params, tail, head, param, sources, outputs, gated)
    cdef pcl_path_count count
    cdef list errors = []
    cdef pcl_poll poll = listening(errors)
    cdef pcl_status status
    with nogil:
        status = pcl_path_counts(&count, &m.graph, &m.mark[0], &poll)
    ended(status, errors)
    return {"live": count.live, "frozen": count.frozen, "idle": count.idle, "hidden": count.hidden,
            "classes": count.classes, "tied": bool(count.tied), "merged": bool(count.merged)}


def edges_text(a, b, c):
    """The canonical JSON text of a list of triples, in pieces of bytes, without the brackets around
    it.

    >>> b"".join(edges_text(*(np.array(x) for x in ([0, 1], [1, 2], [0, -3]))))
    b'[0,1,0],[1,2,-3]'
    """
    columns = [np.asarray(words(x, name)) for name, x in (("a", a), ("b", b), ("c", c))]
    edges = len(columns[0]) - 1
    if any(len(x) != len(columns[0]) for x in columns):
        raise ValueError("a, b, c: expected as many entries each")
    return _pieces(columns, edges)


def _pieces(columns, edges):
    for start in range(0, edges, 1 << 16):
        piece = _piece(*(x[start:min(start + (1 << 16), edges)] for x in columns))
        yield b"," + piece if start else piece


def _piece(int64_t[::1] a, int64_t[::1] b, int64_t[::1] c):
    cdef size_t edges = a.shape[0], length
    out = np.empty(edges * PCL_EDGE_TEXT, dtype=np.uint8)
    cdef uint8_t[::1] view = out
    with nogil:
        length = pcl_edges_text(<char *>&view[0], &a[0], &b[0], &c[0], edges)
    return out[:length].tobytes()
