"""Coders' files: nothing is lost on the way out and back, in any format, and nothing wrong comes in unnoticed."""

import io
import json
import shutil
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from coded_samples import SCHEME, samples
from hypothesis import HealthCheck, given, settings

import policynlp
from policynlp.coding.coded import Sample
from policynlp.coding.files import READERS, WRITERS, read_coded, read_coders, write_sample
from policynlp.coding.samples import draw_sample
from policynlp.errors import ReportError

SUFFIXES = sorted(WRITERS)
QUICK = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@pytest.fixture(scope="module")
def drawn(benxi):
    return draw_sample(benxi, size=20, by="class")


def submit(path):
    """Do what a person does who takes over every prediction in Label Studio, and exports."""
    if path.suffix == ".json":
        tasks = json.loads(path.read_text("utf-8"))
        for task in tasks:
            results = [r for p in task.pop("predictions", []) for r in p["result"]]
            task["annotations"] = [{"completed_by": {"email": "a@example.org"}, "result": results, "was_cancelled": False}]
        path.write_text(json.dumps(tasks), "utf-8")


def read_back(path):
    submit(path)
    (rows,) = READERS[path.suffix](path, SCHEME).values()
    return rows


@pytest.mark.parametrize("suffix", SUFFIXES)
@QUICK
@given(sample=samples())
def test_every_label_comes_back(suffix, sample, tmp_path):
    path = tmp_path / f"check{suffix}"
    write_sample(sample, path)
    assert read_back(path) == list(sample.coded)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_same_sample_gives_the_same_bytes(suffix, drawn, tmp_path):
    files = [write_sample(drawn, tmp_path / name / f"check{suffix}") for name in ("a", "b")]
    assert [p.read_bytes() for p in files[0]] == [p.read_bytes() for p in files[1]]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_blind_file_holds_no_label_of_ours(suffix, benxi, tmp_path):
    path = write_sample(draw_sample(benxi, size=5, blind=True), tmp_path / f"check{suffix}")[0]
    assert not any(c.kind or c.entities or c.status or c.instruments for c in read_back(path))
    with pytest.raises(ReportError, match="no statement in it is coded"):
        read_coded(path)


def test_predictions_are_not_taken_for_what_people_said(drawn, tmp_path):
    path = write_sample(drawn, tmp_path / "check.json")[0]
    with pytest.raises(ReportError, match="no statement in it is coded"):
        read_coded(path)


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
@pytest.mark.slow
def test_a_sheet_passes_through_libreoffice(drawn, tmp_path):
    texts = ["=1+1", "@SUM(A1)", "+8", "-3", "𬭎“基金”\n一行", "1.0", "<b>&amp;", "_x0041_"]
    coded = [replace(c, note=text) for c, text in zip(drawn.coded, texts, strict=False)] + list(drawn.coded[len(texts) :])
    sample = Sample(tuple(coded), drawn.texts, drawn.about)
    path = write_sample(sample, tmp_path / "check.xlsx")[0]
    command = [
        "soffice",
        "--headless",
        f"-env:UserInstallation=file://{tmp_path}/profile",
        "--convert-to",
        "xlsx",
        "--outdir",
        tmp_path / "lo",
    ]
    done = subprocess.run([*command, path], capture_output=True, text=True, timeout=120)
    if not (tmp_path / "lo" / "check.xlsx").is_file():
        pytest.skip(f"LibreOffice has no Calc: {done.stderr.strip()[:100]}")
    assert read_back(tmp_path / "lo" / "check.xlsx") == coded
    rules = openpyxl.load_workbook(tmp_path / "lo" / "check.xlsx")["coding"].data_validations.dataValidation
    assert {rule.type for rule in rules} == {"list"}
    assert len(rules) == 4


def test_a_sheet_offers_the_codebooks_labels_and_runs_no_formula(tmp_path):
    analysis = policynlp.analyze("设立种子基金=SUM(1)。\n=HYPERLINK(1)，支持企业发展。\n@完善考核制度。")
    path = write_sample(draw_sample(analysis), tmp_path / "check.xlsx")[0]
    book = openpyxl.load_workbook(path)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert any(str(cell.value).startswith("=HYPERLINK") for cell in cells)
    assert {cell.data_type for cell in cells} == {"s"}
    rules = {str(rule.sqref)[0]: rule.formula1 for rule in book["coding"].data_validations.dataValidation}
    columns = [str(cell.value).split()[0] for cell in book["coding"][1]]
    for layer in ("class", "subtype", "instrument", "status"):
        column, rows = rules[chr(ord("A") + columns.index(layer))].replace("codes!", "").split(":")
        offered = [row[0].value for row in book["codes"][f"{column.replace('$', '')}:{rows.replace('$', '')}"]]
        assert offered == [SCHEME.shown(layer, code) for code in SCHEME.layers[layer]]


def edit(path, sheet, cell, value):
    book = openpyxl.load_workbook(path)
    book[sheet][cell] = value
    book.save(path)


@pytest.mark.parametrize(
    ("sheet", "cell", "value", "message"),
    [
        ("coding", "G3", "GOALS", r"coding, row 3: «GOALS» is no class of the codebook"),
        ("coding", "K4", "finished", r"coding, row 4: «finished» is no status"),
        ("coding", "J2", "S-TALENT|S-NONE", r"coding, row 2: «S-NONE» is no further"),
        ("coding", "A5", "12", r"coding, row 5: «12» is no id"),
        ("coding", "E2", "另一段文字", r"coding, row 2: the text is not the one"),
        ("coding", "G2", None, r"coding, row 2: it has labels but no class"),
        ("entities", "B2", "FONDS", r"entities, row 2: «FONDS» is no entity"),
        ("entities", "C2", "不在其中", r"entities, row 2: «不在其中» does not stand"),
        ("entities", "A3", "", r"entities, row 3: «» is no id"),
        ("coding", "A1", "key", r"no column id"),
    ],
)
def test_what_is_wrong_in_a_sheet_is_named_with_its_row(sheet, cell, value, message, drawn, tmp_path):
    path = write_sample(drawn, tmp_path / "check.xlsx")[0]
    edit(path, sheet, cell, value)
    with pytest.raises(ReportError, match=message):
        read_coded(path)


def test_labels_may_be_written_as_code_or_name_in_either_language(drawn, tmp_path):
    path = write_sample(drawn, tmp_path / "check.xlsx")[0]
    for cell, value in (("G2", "goal"), ("G3", "措施"), ("G4", "INSTITUTION"), ("G5", " GOAL  目标 ")):
        edit(path, "coding", cell, value)
    assert [c.kind for c in read_coded(path)["check.xlsx"][:4]] == ["GOAL", "MEASURE", "INSTITUTION", "GOAL"]


def test_rows_may_be_sorted_and_columns_added(drawn, tmp_path):
    path = write_sample(drawn, tmp_path / "check.xlsx")[0]
    book = openpyxl.load_workbook(path)
    rows = list(book["coding"].iter_rows(values_only=True))
    del book["coding"]
    sheet = book.create_sheet("coding")
    for row in [rows[0], *reversed(rows[1:])]:
        sheet.append(["mine", *row])
    book.save(path)
    assert read_coded(path)["check.xlsx"] == list(reversed(drawn.coded))


def test_a_refi_project_is_read_by_another_library(drawn, tmp_path):
    pyrefiqda = pytest.importorskip("pyrefiqda", reason="pyrefiqda, whose classes are made from the published schemas, is not installed")
    path, codebook = write_sample(drawn, tmp_path / "check.qdpx")
    project = pyrefiqda.RefiProject.load(path, extract_dir=str(tmp_path / "out"))
    (source,) = project.sources.text_source
    text = (tmp_path / "out" / source.plain_text_path.replace("internal://", "sources/")).read_text("utf-8")
    names = {}

    def walk(codes):
        for code in codes:
            names[code.guid] = code.name
            walk(code.code)

    walk(project.code_book.codes.code)
    marked = {(s.start_position, s.end_position): [names[c.code_ref.target_guid] for c in s.coding] for s in source.plain_text_selection}
    for coded in drawn.coded:
        assert text[coded.unit.start : coded.unit.end] == coded.unit.text
        tags = marked[coded.unit.start, coded.unit.end]
        assert {"sample", SCHEME.tag("class", coded.kind)} <= set(tags)
        assert all((e.start, e.end) in marked for e in coded.entities)
    book = pyrefiqda.RefiCodebook.load(str(codebook))
    assert len(book.codes.code) == 1 + len(SCHEME.layers)


def test_selections_a_little_off_still_mean_their_statement(drawn, tmp_path):
    path = write_sample(drawn, tmp_path / "check.qdpx")[0]
    coded = next(c for c in drawn.coded if len(c.unit.text) > 20)

    def move(xml):
        tag = SCHEME.tag("class", coded.kind)
        place = f'startPosition="{coded.unit.start}" endPosition="{coded.unit.end}"'
        guid = xml.split(f'name="{tag}"')[0].rpartition('guid="')[2].partition('"')[0]
        part = xml[xml.index(place) :].partition("</PlainTextSelection>")[0]
        coding = next(c for c in part.split("<Coding ")[1:] if guid in c).partition("</Coding>")[0]
        moved = f'<PlainTextSelection guid="{guid}" startPosition="{coded.unit.start + 2}" endPosition="{coded.unit.end - 1}"><Coding '
        return xml.replace(f"<Coding {coding}</Coding>", "").replace(
            "</TextSource>", f"{moved}{coding}</Coding></PlainTextSelection></TextSource>"
        )

    rewrite(path, move)
    assert sorted(read_back(path), key=lambda c: c.unit.start) == sorted(drawn.coded, key=lambda c: c.unit.start)


def rewrite(path, change):
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    files["project.qde"] = change(files["project.qde"].decode()).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)


def test_hostile_refi_projects_are_refused(drawn, tmp_path):
    entity = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
    outside = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    changes = {
        "entities": lambda xml: xml.replace("<Project", entity + "<Project", 1),
        "external": lambda xml: xml.replace("<Project", outside + "<Project", 1),
        "cut": lambda xml: xml[: len(xml) // 2],
        "deep": lambda _: "<a>" * 5000 + "</a>" * 5000,
        "labels": lambda xml: xml.replace("class:GOAL 目标", "class:ZIEL"),
        "offsets": lambda xml: xml.replace('startPosition="', 'startPosition="9'),
    }
    for name, change in changes.items():
        path = write_sample(drawn, tmp_path / f"{name}.qdpx")[0]
        rewrite(path, change)
        with pytest.raises(ReportError):
            read_coded(path)
    bomb = tmp_path / "bomb.qdpx"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("project.qde", b" " * 80_000_000)
    with pytest.raises(ReportError, match="bomb"):
        read_coded(bomb)


@pytest.mark.parametrize("suffix", sorted(READERS))
@pytest.mark.parametrize("data", [b"", b"\x00\xff\xfe", b"[" * 100_000, b"{}", b"[1]", b'[{"data": {}}]', b"PK\x03\x04"])
def test_what_is_no_coders_file_is_a_report_error(suffix, data, tmp_path):
    path = tmp_path / f"check{suffix}"
    path.write_bytes(data)
    with pytest.raises(ReportError):
        read_coded(path)


def test_tasks_of_label_studio_fit_their_interface(drawn, tmp_path):
    """Every result names a control of the interface, a label that it offers and a span that reads what it says."""
    from lxml import etree

    tasks, interface = write_sample(drawn, tmp_path / "check.json")
    view = etree.fromstring(interface.read_bytes())
    controls = {tag.get("name"): tag for tag in view if tag.tag in ("Labels", "Choices", "TextArea")}
    objects = {tag.get("name"): tag.get("value") for tag in view if tag.tag == "Text"}
    assert all(tag.get("toName") in objects for tag in controls.values())
    for task in json.loads(tasks.read_text("utf-8")):
        assert {value[1:] for value in objects.values()} <= set(task["data"])
        for result in task["predictions"][0]["result"]:
            control, value = controls[result["from_name"]], result["value"]
            assert (result["type"], result["to_name"]) == (control.tag.lower(), "text")
            chosen = value.get("labels") or value["choices"]
            assert set(chosen) <= {child.get("value") for child in control}
            if "start" in value:
                assert task["data"]["text"][value["start"] : value["end"]] == value["text"]


def test_label_studios_own_converter_reads_the_tasks(drawn, tmp_path):
    sdk = pytest.importorskip("label_studio_sdk.converter", reason="label-studio-sdk is not installed")
    tasks, interface = write_sample(drawn, tmp_path / "check.json")
    submit(tasks)
    rows = [task | {"id": i} for i, task in enumerate(json.loads(tasks.read_text("utf-8")))]
    tasks.write_text(json.dumps(rows), "utf-8")
    sdk.Converter(interface.read_text("utf-8"), str(tmp_path)).convert_to_json_min(str(tasks), str(tmp_path / "out"), is_dir=False)
    rows = json.loads((tmp_path / "out" / "result.json").read_text("utf-8"))
    assert [row["class"] for row in rows] == [SCHEME.shown("class", c.kind) for c in drawn.coded]
    assert [len(row.get("entity", [])) for row in rows] == [len(c.entities) for c in drawn.coded]


def test_one_export_of_label_studio_holds_several_coders(drawn, tmp_path):
    tasks = write_sample(drawn, tmp_path / "check.json")[0]
    submit(tasks)
    rows = json.loads(tasks.read_text("utf-8"))
    for row in rows[:10]:
        row["annotations"].append(row["annotations"][0] | {"completed_by": 7})
    rows[0]["annotations"].append(rows[0]["annotations"][0] | {"completed_by": 8, "was_cancelled": True})
    tasks.write_text(json.dumps(rows), "utf-8")
    coders = read_coded(tasks)
    assert list(coders) == ["check.json 7", "check.json a@example.org"]
    assert [sum(bool(c.kind) for c in rows) for rows in coders.values()] == [10, 20]
    rows[0]["annotations"][0]["result"][0]["value"]["text"] = "别的"
    rows[1]["annotations"].append(rows[1]["annotations"][0])
    tasks.write_text(json.dumps(rows), "utf-8")
    with pytest.raises(ReportError, match=r"task 1: the span .* is not «别的».*task 2: .* annotated twice"):
        read_coded(tasks)


def test_doccano_lines_hold_texts_spans_and_categories(drawn, tmp_path):
    path = write_sample(drawn, tmp_path / "check.jsonl")[0]
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    for line, coded in zip(lines, drawn.coded, strict=True):
        assert [(line["text"][a:b], label.split()[0]) for a, b, label in line["entities"]] == [
            (coded.unit.text[e.start - coded.unit.start : e.end - coded.unit.start], e.kind) for e in coded.entities
        ]
        assert all(isinstance(category, str) for category in line["cats"])
    exported = [line | {"id": 70 + i, "Comments": ["存疑"]} for i, line in enumerate(lines)]  # what doccano adds
    path.write_text("\n".join(json.dumps(line) for line in exported), "utf-8")
    assert [c.note for c in read_coded(path)["check.jsonl"]] == ["存疑"] * 20
    exported[2]["cats"] = ["class:GOAL 目标", "class:OTHER 其他"]
    exported[4]["entities"] = [[0, 10_000, "FUND"]]
    path.write_text("\n".join(json.dumps(line) for line in exported), "utf-8")
    with pytest.raises(ReportError, match=r"line 3: it has 2 labels of class.*line 5: the span 0-10000 lies outside"):
        read_coded(path)


def test_labels_of_another_text_are_refused(benxi, tmp_path):
    other = replace(benxi, report=replace(benxi.report, sha256="0" * 64))
    first, second = (write_sample(draw_sample(a), tmp_path / name)[0] for a, name in ((benxi, "a.xlsx"), (other, "b.xlsx")))
    with pytest.raises(ReportError, match="of another text of"):
        read_coders([first, second])


def test_files_and_folders_of_labels_are_compared_alike(drawn, tmp_path):
    from policynlp.resources import corpora_path

    path = write_sample(drawn, tmp_path / "check.xlsx")[0]
    folder = corpora_path("annotated", "first")
    coders = read_coders([path, folder, folder, sorted(folder.glob("*.jsonl"))[0]])
    assert list(coders)[:3] == ["check.xlsx", "first", "first (2)"]
    assert len(coders) == 4
    for wrong in ("nothing.xlsx", "nothing.txt"):
        with pytest.raises(ReportError):
            read_coders([tmp_path / wrong])
    with pytest.raises(ValueError, match="must end in"):
        write_sample(drawn, tmp_path / "check.csv")


def test_a_workbook_of_somebody_else_is_refused(tmp_path):
    buffer = io.BytesIO()
    openpyxl.Workbook().save(buffer)
    path = Path(tmp_path, "other.xlsx")
    path.write_bytes(buffer.getvalue())
    with pytest.raises(ReportError, match="no sheet «coding»"):
        read_coded(path)
