"""Metadata: what is read, from where, and what is rather left open."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policynlp.reading.dates import parse_date
from policynlp.reading.furniture import find_furniture
from policynlp.reading.lines import find_lines
from policynlp.reading.metadata import FIELDS, field_values, find_facts, read_region
from policynlp.resources import corpora_path


def facts(text, name=""):
    lines = find_lines(text)
    return {fact.field: fact for fact in find_facts(text, lines, find_furniture(lines), name=name)}


def values(text, name=""):
    return {field: fact.value for field, fact in facts(text, name).items()}


def test_all_city_reports_are_given_to_their_city_and_year(city_paths):
    """The file names are the cities; 池州 holds the report of 2023, 梧州 names no year and 阿坝 is the review of 2023 alone."""
    found = {path.stem: values(path.read_text("utf-8"), path.stem) for path in city_paths}
    assert all(said["zone"].startswith(city) and said["region"] for city, said in found.items())
    assert {city: said.get("year") for city, said in found.items() if said.get("year") != "2024"} == {
        "池州": "2023", "梧州": None, "阿坝": "2023",
    }  # fmt: skip
    assert found["吉林"]["zone"] == "吉林市"


def test_without_file_names_no_city_is_mistaken_for_another(city_paths):
    found = {path.stem: values(path.read_text("utf-8")).get("zone", "") for path in city_paths}
    assert all(zone.startswith(city) for city, zone in found.items() if zone)
    assert sum(map(bool, found.values())) >= 130


def test_each_fact_of_the_city_reports_slices_back_to_its_place(city_paths):
    for path in city_paths:
        text = path.read_text("utf-8")
        for fact in facts(text, path.stem).values():
            assert fact.origin in ("text", "file name", "zone", "published")
            assert (fact.end > fact.start) == (fact.origin == "text")
            if fact.field in ("title", "published", "source", "number", "genre") and fact.value != "政府工作报告":
                assert text[fact.start : fact.end] == fact.value


def test_the_shipped_report_has_its_metadata():
    text = corpora_path("reports", "benxi-2014.txt").read_text("utf-8")
    found = values(text, "benxi-2014")
    assert found["zone"] == "本溪高新区"
    assert found["region"] == "辽宁省"
    assert found["year"] == "2014"
    assert found["published"].startswith("2015年01月10日")


NOTICE = "本溪市人民政府关于印发科技创新若干措施的通知\n{number}\n各县区人民政府：\n根据国发〔2020〕7号文件，制定本措施。\n{end}"


@pytest.mark.parametrize(
    "number",
    ["本政发〔2023〕5号", "本政发[2023]5号", "本政发［2023］5 号", "本政发【2023】5号", "本政发（2023）第5号", "本政办发(2023)12号"],
)
def test_the_documents_own_number_is_read_in_every_bracket(number):
    assert values(NOTICE.format(number=number, end=""))["number"] == number


def test_a_number_cited_in_the_text_is_not_the_documents_own():
    assert "number" not in values(NOTICE.format(number="", end=""))


def test_issuer_comes_from_title_signature_or_speech():
    assert values(NOTICE.format(number="", end=""))["issuer"] == "本溪市人民政府"
    signed = "关于加快创新的意见\n加快创新。\n本溪高新区管理委员会\n2023年3月1日"
    assert values(signed)["issuer"] == "本溪高新区管理委员会"
    assert values(signed)["published"] == "2023年3月1日"
    speech = "各位代表：\n现在，我代表市人民政府，向大会报告工作。"
    assert values(speech, "本溪2024")["issuer"] == "本溪市人民政府"
    assert "issuer" not in values("岭上高新区2023年工作总结\n发挥管委会作用。")


@pytest.mark.parametrize(
    ("written", "when"),
    [
        ("2015年01月10日 16:45", date(2015, 1, 10)),
        ("2015-1-10", date(2015, 1, 10)),
        ("2015.1.10", date(2015, 1, 10)),
        ("2015/01/10", date(2015, 1, 10)),
        ("二〇二三年一月十六日", date(2023, 1, 16)),
        ("二○二三年十二月二十五日", date(2023, 12, 25)),
        ("二零二三年十月三十一日", date(2023, 10, 31)),
        ("二〇二三年二月三十日", None),
        ("2023年13月1日", None),
        ("二〇二三年", None),
        ("", None),
    ],
)
def test_dates_in_digits_and_in_chinese(written, when):
    assert parse_date(written) == when


@given(st.dates(date(1950, 1, 1), date(2099, 12, 31)))
def test_a_date_written_in_chinese_reads_back(day):
    def numeral(n):
        digits = "〇一二三四五六七八九"
        tens, ones = divmod(n, 10)
        return ("" if not tens else "十" if tens == 1 else digits[tens] + "十") + (digits[ones] if ones else "")

    year = "".join("〇一二三四五六七八九"[int(c)] for c in str(day.year))
    assert parse_date(f"{year}年{numeral(day.month)}月{numeral(day.day)}日") == day


@pytest.mark.parametrize(
    ("text", "name", "year"),
    [
        ("岭上高新区2014年工作总结和2015年工作思路\n成效明显。", "", "2014"),
        ("各位代表：\n现在，我代表市人民政府报告工作。\n一、2023年工作回顾\n好。\n二、2024年工作安排\n好。", "", "2024"),
        ("政府工作报告\n——2024年1月9日在某市第五届人民代表大会第三次会议上\n各位代表：\n我代表市人民政府报告2023年工作。", "", "2024"),
        ("工作总结\n现将2014年科技工作总结如下。", "x-2019", "2014"),
        ("工作总结\n成效明显。", "x-2019", "2019"),
        ("工作总结\n日期：2016-01-08　来源：办公室\n成效明显。", "x", "2016"),
        ("工作总结\n比2020年增长。", "x", None),
    ],
)
def test_the_year_is_the_one_that_the_report_calls_this_year(text, name, year):
    assert values(text, name).get("year") == year


def test_the_region_of_an_ambiguous_name_is_left_open():
    assert read_region("鼓楼区") == ""
    assert read_region("东湖高新区") == "湖北省"
    assert read_region("岭上高新区") == ""


def test_titles_of_cities_give_their_zone():
    assert values("2024年本溪市政府工作报告\n各位代表：好。")["zone"] == "本溪市"
    assert values("本溪市人民政府工作报告\n各位代表：好。")["zone"] == "本溪市"


def test_genre_is_the_last_genre_of_the_title():
    assert values("岭上高新区“十四五”发展规划实施方案\n一、目标\n好。")["genre"] == "实施方案"
    assert values("政 府 工 作 报 告\n各位代表：好。")["genre"] == "政府工作报告"


def test_values_have_the_types_of_a_report():
    found = field_values(facts("岭上高新区2014年工作总结\n日期：2015-01-10　来源：科技局\n好。").values())
    assert found["year"] == 2014
    assert found["published"] == date(2015, 1, 10)


@settings(deadline=None, max_examples=60)
@given(
    st.text(alphabet="本溪市人民政府第〔〕2023年1月一二日号 \n：。代表我市高新区发", max_size=200),
    st.sampled_from(["", "本溪-2023", "吉林"]),
)
def test_any_text_gives_facts_inside_it(text, name):
    for field, fact in facts(text, name).items():
        assert field in FIELDS
        assert fact.value
        assert 0 <= fact.start <= fact.end <= len(text)
