"""A second opinion is asked of uncertain statements alone, verified, kept apart and kept safe; the endpoint here is a local stand-in."""

import json
import os
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import policynlp
from policynlp.agents.endpoint import EndpointError, ask, chat_url, content_of
from policynlp.agents.second_opinion import read_answer, second_opinion

TEXT = "青岭高新区2022年工作总结\n一、重点任务\n设立种子基金，支持科技型中小企业发展。\n培育壮大氢能产业。\n完善考核机制。\n"
FUND, HYDROGEN = "设立种子基金，支持科技型中小企业发展。", "培育壮大氢能产业。"


class Endpoint:
    """A stand-in for a chat endpoint: it keeps what it is sent and answers as told."""

    def __init__(self, url):
        self.url = url
        self.requests = []
        self.answer = lambda statement: agreeing(statement)
        self.respond = self.respond_well

    def respond_well(self, handler, statement):
        send(handler, json.dumps({"choices": [{"message": {"role": "assistant", "content": self.answer(statement)}}]}).encode())


def agreeing(statement):
    return json.dumps({"class": "MEASURE", "quotes": [statement[:4]], "reason": "具体做法"}, ensure_ascii=False)


def send(handler, body, status=200, **headers):
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


@contextmanager
def serving(make_endpoint):
    endpoint = None

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            endpoint.requests.append((self.path, dict(self.headers), sent))
            with_errors_ignored(lambda: endpoint.respond(self, json.loads(sent["messages"][1]["content"])["statement"]))

        def do_GET(self):
            endpoint.requests.append((self.path, dict(self.headers), None))
            send(self, b"{}")

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    endpoint = make_endpoint(f"http://127.0.0.1:{server.server_address[1]}/v1")
    try:
        yield endpoint
    finally:
        server.shutdown()
        server.server_close()


def with_errors_ignored(action):
    with suppress(OSError):  # the client has had enough and gone
        action()


@pytest.fixture
def endpoint(monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")  # what is asked of this machine goes through no proxy
    monkeypatch.delenv("no_proxy", raising=False)
    with serving(Endpoint) as one:
        yield one


@pytest.fixture(scope="module")
def analysis():
    """Of which two statements are uncertain."""
    found = policynlp.analyze(TEXT)
    return replace(found, statements=tuple(replace(s, uncertain=s.text in (FUND, HYDROGEN)) for s in found.statements))


def opinions(analysis, endpoint, tmp_path, **options):
    return second_opinion(analysis, url=endpoint.url, model="m", cache=tmp_path / "cache", **options)


def test_only_uncertain_statements_are_sent_with_their_headings_and_nothing_else(analysis, endpoint, tmp_path):
    opinions(analysis, endpoint, tmp_path)
    sent = [json.loads(body["messages"][1]["content"]) for _, _, body in endpoint.requests]
    assert [one["statement"] for one in sent] == [FUND, HYDROGEN]
    assert all(set(one) == {"headings", "statement"} for one in sent)
    assert "重点任务" in sent[0]["headings"][-1]
    path, headers, body = endpoint.requests[0]
    assert path == "/v1/chat/completions"
    assert "Authorization" not in headers
    assert set(body) == {"model", "messages", "temperature", "stream"}
    assert "完善考核机制" not in json.dumps(body, ensure_ascii=False)


def test_answers_stand_in_a_table_of_their_own_with_places_in_the_text(analysis, endpoint, tmp_path):
    before = analysis.statements
    table = opinions(analysis, endpoint, tmp_path)
    assert analysis.statements == before
    assert table["text"].tolist() == [FUND, HYDROGEN]
    assert table["theirs"].tolist() == ["MEASURE", "MEASURE"]
    assert table["agrees"].tolist() == [ours == "MEASURE" for ours in table["ours"]]
    for quotes, places in zip(table["quotes"], table["places"], strict=True):
        assert [analysis.report.text[start:end] for start, end in places] == list(quotes)


def test_a_known_answer_is_not_asked_for_again_and_another_model_is(analysis, endpoint, tmp_path):
    first = opinions(analysis, endpoint, tmp_path)
    again = opinions(analysis, endpoint, tmp_path)
    assert len(endpoint.requests) == 2
    assert first.equals(again)
    second_opinion(analysis, url=endpoint.url, model="other", cache=tmp_path / "cache")
    assert len(endpoint.requests) == 4
    for file in (tmp_path / "cache").iterdir():
        file.write_text("{damaged", "utf-8")
    assert opinions(analysis, endpoint, tmp_path).equals(first)
    assert len(endpoint.requests) == 6


def test_a_kept_answer_is_verified_again(analysis, endpoint, tmp_path):
    opinions(analysis, endpoint, tmp_path)
    for file in (tmp_path / "cache").iterdir():
        file.write_text(json.dumps({"content": '{"class": "GOAL", "quotes": ["没有的话"]}'}), "utf-8")
    assert opinions(analysis, endpoint, tmp_path)["theirs"].tolist() == ["MEASURE", "MEASURE"]
    assert len(endpoint.requests) == 4


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("", "no JSON"),
        ("我认为是措施。", "no JSON"),
        ("[1]", "no JSON object"),
        ("{" * 5000, "no JSON"),
        ("[" * 15_000, "no JSON"),
        ("x" * 30_000, "too long"),
        ('{"class": "WEAPON", "quotes": ["设立"]}', "none of the codebook"),
        ('{"class": ["MEASURE"], "quotes": ["设立"]}', "none of the codebook"),
        ('{"class": "MEASURE"}', "quotes nothing"),
        ('{"class": "MEASURE", "quotes": []}', "quotes nothing"),
        ('{"class": "MEASURE", "quotes": ["  "]}', "quotes nothing"),
        ('{"class": "MEASURE", "quotes": "设立"}', "quotes nothing"),
        ('{"class": "MEASURE", "quotes": ["设立", "设立产业基金"]}', "does not say: 设立产业基金"),
        ('{"class": "MEASURE", "quotes": ["设立\\ud800"]}', "does not say"),
        ('{"class": "MEASURE", "quotes": [' + ",".join(['"设"'] * 11) + "]}", "quotes nothing"),
    ],
)
def test_an_answer_that_cannot_be_verified_is_no_answer(content, problem, analysis, endpoint, tmp_path):
    endpoint.answer = lambda _: content
    table = opinions(analysis, endpoint, tmp_path)
    assert table["theirs"].tolist() == ["", ""]
    assert table["agrees"].tolist() == [None, None]
    assert problem in table["problem"][0]
    assert not (tmp_path / "cache").exists()
    table["problem"].str.encode("utf-8")


def test_a_fenced_answer_and_a_reason_full_of_control_characters_are_read(analysis, endpoint, tmp_path):
    reason = "=HYPERLINK(1)\x00\ud800" + "长" * 1000
    endpoint.answer = lambda s: "```json\n" + json.dumps({"class": "GOAL", "quotes": [s], "reason": reason}) + "\n```"
    table = opinions(analysis, endpoint, tmp_path)
    assert table["theirs"].tolist() == ["GOAL", "GOAL"]
    assert len(table["reason"][0]) == 300
    assert table["reason"][0].startswith("=HYPERLINK(1)\ufffd\ufffd长")


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=40), st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=8), st.lists, max_leaves=8))
def test_no_answer_breaks_the_reader_and_what_counts_is_quoted_word_for_word(text, value):
    content = json.dumps({"class": "GOAL", "quotes": value, "reason": value})
    opinion = read_answer(content, text)
    assert bool(opinion.kind) != bool(opinion.problem)
    assert all(quote in text for quote in opinion.quotes)
    read_answer(json.dumps(value), text)


@pytest.mark.parametrize(
    "body", [b"", b"\xff\xfe\x00", b"null", b"[]", b"{}", b'{"choices": []}', b'{"choices": [{"message": {"content": 3}}]}']
)
def test_a_body_that_is_no_chat_completion_is_explained(body):
    with pytest.raises(EndpointError, match="the answer"):
        content_of(body)


def test_the_endpoint_is_left_alone_after_three_failures(endpoint, tmp_path):
    found = policynlp.analyze("".join(f"设立第{n}号种子基金。" for n in "一二三四五六"))
    found = replace(found, statements=tuple(replace(s, uncertain=True) for s in found.statements))
    endpoint.respond = lambda handler, _: send(handler, b"no", 500)
    table = opinions(found, endpoint, tmp_path)
    assert len(endpoint.requests) == 3
    assert table["problem"].tolist()[:3] == ["the endpoint refused with HTTP 500"] * 3
    assert table["problem"].tolist()[3:] == ["not asked: the endpoint failed three times in a row"] * 3


def test_a_redirect_gets_neither_text_nor_key(analysis, endpoint, tmp_path, monkeypatch):
    monkeypatch.setenv("SOME_KEY", "s3cret")
    with serving(Endpoint) as other:
        endpoint.respond = lambda handler, _: send(handler, b"", 307, Location=other.url + "/chat/completions")
        table = opinions(analysis, endpoint, tmp_path, key_env="SOME_KEY")
        endpoint.respond = lambda handler, _: send(handler, b"", 302, Location=other.url)
        opinions(analysis, endpoint, tmp_path, key_env="SOME_KEY")
        assert not other.requests
    assert table["problem"].tolist() == ["the endpoint refused with HTTP 307"] * 2
    assert endpoint.requests[0][1]["Authorization"] == "Bearer s3cret"


def test_an_endpoint_that_drips_for_ever_is_given_up_in_time(analysis, endpoint, tmp_path):
    def drip(handler, statement):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        for _ in range(100):
            handler.wfile.write(b" ")
            time.sleep(0.1)

    endpoint.respond = drip
    begun = time.monotonic()
    table = opinions(analysis, endpoint, tmp_path, timeout=0.5)
    assert time.monotonic() - begun < 4
    assert table["problem"].tolist() == ["no answer within 0.5 s"] * 2


def test_endless_and_broken_answers_end_well(analysis, endpoint, tmp_path):
    def flood(handler, statement):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
        for _ in range(64):
            handler.wfile.write(b"x" * 65536)

    endpoint.respond = flood
    assert set(opinions(analysis, endpoint, tmp_path)["problem"]) == {"the answer is too long"}
    endpoint.respond = lambda handler, _: handler.wfile.write(b"nonsense\r\n\r\n")
    assert set(opinions(analysis, endpoint, tmp_path)["problem"]) == {"the connection broke (BadStatusLine)"}


def test_an_endpoint_that_is_not_there_is_explained():
    with pytest.raises(EndpointError, match="cannot be reached"):
        ask("http://127.0.0.1:9/v1/chat/completions", [], model="m", timeout=5)


@pytest.mark.parametrize(
    "url",
    ["", "file:///etc/passwd", "ftp://a/b", "https://", "http://example.org/v1", "https://user:pass@example.org", "https://a b/",
     "https://example.org/v1?key=1", "https://example.org/\r\nHost: x"],
)  # fmt: skip
def test_an_address_that_is_none_or_unsafe_is_refused(url):
    with pytest.raises(ValueError, match="url "):
        chat_url(url)


@pytest.mark.parametrize("value", [None, "", "a\nb", "密钥"])
def test_a_key_that_is_none_is_refused_without_being_shown(value, analysis, monkeypatch, tmp_path):
    monkeypatch.delenv("SOME_KEY", raising=False)
    if value is not None:
        monkeypatch.setenv("SOME_KEY", value)
    with pytest.raises(ValueError, match="SOME_KEY holds no key") as caught:
        second_opinion(analysis, url="https://example.org/v1", model="m", key_env="SOME_KEY", cache=tmp_path)
    assert not value or value not in str(caught.value)


def run(*arguments, cwd):
    environment = os.environ | {"PYTHONUTF8": "1", "COLUMNS": "120", "XDG_CACHE_HOME": str(cwd / "cache")}
    command = [sys.executable, "-m", "policynlp", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", env=environment, cwd=cwd, timeout=120)


def test_the_command_asks_only_when_told_and_says_what_it_sends(endpoint, tmp_path):
    report = policynlp.resources.corpora_path("reports", "invented-hongcha-2022.txt")
    count = sum(s.uncertain for s in policynlp.analyze(report).statements)
    assert count
    done = run("analyze", report, "-o", "out", "--lang", "en", "--second-opinion", endpoint.url, "--model", "m", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert f"{count} uncertain statements" in done.stderr
    assert "127.0.0.1" in done.stderr
    assert len(endpoint.requests) == count
    lines = (tmp_path / "out" / "second_opinions.csv").read_text("utf-8-sig").splitlines()
    assert len(lines) == count + 1
    if sys.platform == "linux":
        assert len(list((tmp_path / "cache" / "policynlp" / "second_opinions").iterdir())) == count
    done = run("analyze", report, "--jsonl", "--second-opinion", endpoint.url, cwd=tmp_path)
    assert done.returncode == 2
    assert len(endpoint.requests) == count
