"""The graph: set semantics, second copies, enumerations, evidence."""

import itertools

import pytest

import policynlp


def test_a_pair_counts_once_a_statement():
    graph = policynlp.build_graph(policynlp.analyze("支持龙头企业发展数字经济，帮助龙头企业做强数字经济。"))
    assert graph.edges["数字经济", "龙头企业"]["count"] == 1
    assert graph.nodes["龙头企业"]["mentions"] == 2
    assert graph.nodes["龙头企业"]["count"] == 1


def test_a_doubled_body_doubles_nothing(benxi):
    text = benxi.report.text
    once = policynlp.analyze(policynlp.make_report(text[2934:3122] + text[3122:6020] + "\n", path="benxi-2014.txt"))
    assert not once.report.duplicates
    counts = {(a, b): d["count"] for a, b, d in policynlp.build_graph(benxi).edges(data=True)}
    single = {(a, b): d["count"] for a, b, d in policynlp.build_graph(once).edges(data=True)}
    assert max(counts.values()) == max(single.values())
    assert sum(counts.values()) == pytest.approx(sum(single.values()), rel=0.1)


def test_every_edge_has_its_evidence(benxi):
    graph = policynlp.build_graph(benxi)
    mentioned = {}
    for entity in benxi.entities:
        if not entity.nested:
            mentioned.setdefault(entity.statement, set()).update(entity.names)
    for a, b, data in graph.edges(data=True):
        ids = [key.rpartition("#")[2] for key in data["statements"]]
        assert ids
        assert data["goals"] + data["measures"] + data["institutions"] <= data["count"]
        if data["count"]:
            assert len(ids) == data["count"]
            assert all({a, b} <= mentioned[i] for i in ids)


def test_the_zone_itself_is_left_out(benxi):
    assert "本溪高新区" not in policynlp.build_graph(benxi)


def test_formula_members_are_tied_to_their_whole(benxi):
    graph = policynlp.build_graph(benxi)
    parts = {n for n in graph["药都科技金融服务体系"] if graph.edges["药都科技金融服务体系", n]["part_of"]}
    assert parts == {
        "药都控股公司",
        "药都种子基金",
        "科技融资担保公司",
        "科技小额贷款公司",
        "科技银行",
        "药都创投基金",
        "药都科技金融服务平台",
    }


def test_options(benxi):
    whole = policynlp.build_graph(benxi)
    assert {d["kind"] for _, d in policynlp.build_graph(benxi, kinds=["FUND"]).nodes(data=True)} == {"FUND"}
    strong = policynlp.build_graph(benxi, min_count=2)
    assert all(d["count"] >= 2 or d["part_of"] for _, _, d in strong.edges(data=True))
    fewer = policynlp.build_graph(benxi, enumerations="drop")
    assert fewer.number_of_edges() < whole.number_of_edges()
    with pytest.raises(ValueError, match="min_count"):
        policynlp.build_graph(benxi, min_count=0)


def test_counts_add_up_in_any_order():
    texts = ["支持龙头企业发展数字经济。", "龙头企业带动数字经济和海洋经济。", "建设海洋经济示范区，服务龙头企业。"]
    analyses = [policynlp.analyze(policynlp.make_report(t, path=f"r{i}.txt")) for i, t in enumerate(texts)]
    graphs = [policynlp.build_graph(order) for order in itertools.permutations(analyses)]
    edges = [{frozenset(e[:2]): e[2]["count"] for e in g.edges(data=True)} for g in graphs]
    assert all(e == edges[0] for e in edges)
