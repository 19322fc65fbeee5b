"""Everything public crosses a border between processes, whole."""

import multiprocessing
import pickle
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import numpy as np
import pytest

import pyconslaw as pcl
from pyconslaw import verify

NET = pcl.linear([2, 2, 2])
GRAPH = pcl.dag({"x": "input", "h": "relu", "y": "linear"}, [("x", "h"), ("h", "y")])
OPEN = pcl.analyze(NET, effort=0, method="generic")
HEADS = pcl.System({"Q": (2, 3), "K": (2, 4)}, phi=lambda Q, K: Q.T @ K)
LOOP = pcl.System({"A": (2, 2), "B": (2, 2), "C": (2, 3)}, phi=["A B A", "C"])
TURNING = pcl.System(["x", "y"], fields=[["y", "-x"]])
PREY = pcl.System(["x", "y"], fields=[["x*(1 - y)", "y*(x - 1)"]])
PARTS = pcl.System("abcxyz", phi=["a*b*c", "x*y^2 + z^3", "x*y*z"])


def raised(function):
    try:
        function()
    except pcl.PyconslawError as error:
        return error
    raise AssertionError("nothing was raised")


MADE = {
    "BalanceLaws": lambda: pcl.balance_laws(NET).layer(1),
    "Block": lambda: pcl.gated_unit(2, 3),
    "Certificate": lambda: pcl.certify(NET),
    "CheckResult": lambda: pcl.check_law(NET, "W1[0,0]^2"),
    "ClosedLaw": lambda: pcl.find_laws(PREY)[0],
    "CountFormula": lambda: pcl.count_formula(NET),
    "Edge": lambda: pcl.Edge("x", "y", frozen=2),
    "Estimate": lambda: pcl.estimate(NET),
    "Family": lambda: pcl.family(pcl.linear([1, 2, 2, 1])),
    "FoundLaws": lambda: pcl.find_laws(PREY),
    "FunctionReport": lambda: pcl.analyze_function(pcl.mlp([1, 2, 1]), np.ones(4), [[1]]),
    "InitialLaws": lambda: pcl.laws_at_initialization(pcl.known_laws(NET), "xavier", 10),
    "InputError": lambda: raised(lambda: pcl.linear([0, 1])),
    "Law": lambda: pcl.known_laws(GRAPH)[0],
    "LawFamily": lambda: pcl.gated_unit(2, 3).families[0],
    "LawSet": lambda: pcl.known_laws(HEADS),
    "LieAlgebra": lambda: pcl.structure(NET).algebra,
    "LimitError": lambda: raised(lambda: pcl.linear([2**40, 2**40])),
    "MatrixLaw": lambda: pcl.known_laws(NET).matrix_form()[0],
    "Network": lambda: GRAPH,
    "NotProvedError": lambda: raised(lambda: pcl.certify(NET, report=OPEN)),
    "Parameter": lambda: NET.parameters[0],
    "PointReport": lambda: pcl.analyze(NET, at=[1] * 8),
    "Polynomial": lambda: pcl.known_laws(NET)[0].polynomial,
    "PolynomialLaw": lambda: pcl.polynomial_laws(NET, 2)[0],
    "PyconslawError": lambda: pcl.PyconslawError("words"),
    "RefutedError": lambda: raised(lambda: pcl.assert_laws(NET, 5)),
    "Report": lambda: pcl.analyze(NET),
    "Structure": lambda: pcl.structure(NET),
    "SweepEstimate": lambda: pcl.sweep([NET], dry=True),
    "SweepResults": lambda: pcl.sweep([NET], executor=ThreadPoolExecutor(1)),
    "System": lambda: TURNING,
    "WideFamily": lambda: pcl.family(pcl.linear([1, 2, 2, 1]), wide=True),
}
NETWORKS = {
    "linear": NET,
    "relu": pcl.mlp([2, 3, 1], bias=True),
    "graph": GRAPH,
    "arrays": pcl.dag_from_arrays(["input", "relu", "linear"], [0, 1, 0], [1, 2, 2]),
    "product": pcl.product(3),
    "nmf": pcl.nmf([2, 2, 1]),
    "icnn": pcl.icnn([2, 2, 1]),
    "residual": pcl.residual(2, 2, 2),
    "recurrent": pcl.recurrent(1, 2, 1, 2),
    "autoencoder": pcl.tied_autoencoder([2, 1], "linear"),
    "products": HEADS,
    "products, written out": LOOP,
    "fields": TURNING,
    "parts": PARTS,
    "momentum": pcl.under_flow(NET, "momentum"),
    "weight decay": pcl.under_flow(NET, "weight-decay"),
    "natural": pcl.under_flow(NET, "natural"),
    "sign": pcl.under_flow(pcl.product(2), "sign"),
}


def test_the_table_has_every_class():
    public = {name for name in pcl.__all__ if isinstance(getattr(pcl, name), type)}
    assert public == set(MADE)


@pytest.mark.parametrize("name", MADE)
@pytest.mark.parametrize("by", ["pickle", "cloudpickle"])
def test_every_public_object_is_pickled(by, name):
    module = pickle if by == "pickle" else pytest.importorskip(by)
    thing = MADE[name]()
    assert isinstance(thing, getattr(pcl, name))
    back = pickle.loads(module.dumps(thing))
    assert type(back) is type(thing) and str(back) == str(thing) and repr(back) == repr(thing)


def test_errors_keep_what_they_tell():
    refuted = pickle.loads(pickle.dumps(MADE["RefutedError"]()))
    assert refuted.report.laws == 3 and refuted.evidence.rank == 5
    assert pickle.loads(pickle.dumps(MADE["NotProvedError"]())).report.verdict != "proved"


@pytest.mark.parametrize("name", NETWORKS)
def test_networks_and_what_is_known_of_them(name):
    net = NETWORKS[name]
    report = pcl.analyze(net)
    again, known = pickle.loads(pickle.dumps((net, report)))
    assert type(again) is type(net) and again.fingerprint == net.fingerprint
    assert again.entry_names == net.entry_names
    assert str(known) == str(report) and known.json() == report.json() and known.intact
    if report.verdict == "proved":
        assert pcl.certify(again, report=known).bytes == pcl.certify(net, report=report).bytes
    fields = pickle.loads(pickle.dumps(net.fields()))
    assert type(fields) is type(net.fields()) and fields.parameters == net.size


@pytest.mark.parametrize("name", [n for n in pcl.__all__ if n not in MADE])
def test_functions_travel_by_name(name):
    assert pickle.loads(pickle.dumps(getattr(pcl, name))) is getattr(pcl, name)


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_processes_that_start_anew(method):
    nets = [NETWORKS[name] for name in ("relu", "graph", "products", "momentum")]
    expected = [pcl.analyze(net) for net in nets]
    context = multiprocessing.get_context(method)
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        reports = list(pool.map(pcl.analyze, nets))
        checked = pool.submit(verify.verify_bytes, pcl.certify(nets[0]).bytes).result()
        refused = pool.submit(pcl.assert_laws, nets[0], 100).exception()
    assert [r.json() for r in reports] == [r.json() for r in expected]
    assert checked.laws == expected[0].laws
    assert isinstance(refused, pcl.RefutedError) and refused.report.laws == expected[0].laws
