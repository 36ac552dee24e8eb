"""Second copies, near-duplicates, and that neither costs more than linear time."""

import time

from hypothesis import given, settings
from hypothesis import strategies as st

from policynlp.reading.duplicates import find_duplicates, find_near_duplicates
from policynlp.reading.lines import find_lines

LINES = [
    "全年新增高新技术企业22家，研发投入强度达到2.9%，药业二期等9个项目竣工投产，完成工业投资41亿元，健康食品产业加快发展。",
    "坚持把招商引资作为一号工程，组建八个产业招商专班，签约亿元以上项目36个，其中百亿元项目2个，到位资金同比增长四成。",
    "推进政务服务改革，设立企业服务专员一百名，开通诉求直通热线，办结企业反映的问题四百余件，企业满意率保持在较高水平。",
]


def near(text, **options):
    lines = find_lines(text)
    return find_near_duplicates(lines, find_duplicates(lines), **options)


def test_a_block_with_small_differences_is_reported_with_its_similarity():
    changed = [line.replace("22家", "23家").replace("36个", "38个").replace("四百", "五百") for line in LINES]
    text = "\n".join([*LINES, "一、下一步工作", *changed])
    [found] = near(text)
    assert (found.lines, found.start, found.end) == (3, 0, len("\n".join(LINES)))
    assert text[found.copy_start : found.copy_end] == "\n".join(changed)
    assert 0.9 < found.similarity < 1


def test_short_lines_between_similar_ones_lie_inside_the_block():
    text = "\n".join([LINES[0], "二、招商", LINES[1], "过渡。", LINES[0].replace("22", "23"), "二、招商", LINES[1].replace("36", "38")])
    [found] = near(text)
    assert found.lines == 3


def test_different_lines_and_exact_copies_are_no_near_duplicates():
    assert near("\n".join(LINES)) == []
    text = "\n".join([*LINES, "过渡。", *LINES])
    assert near(text) == []
    assert [d.similarity for d in find_duplicates(find_lines(text))] == [1.0]


def test_similarity_is_the_dice_coefficient_of_three_character_pieces():
    one, other = LINES[0], LINES[0].replace("22", "23")
    a, b = ([t[k : k + 3] for k in range(len(t) - 2)] for t in (one, other))
    shared = sum(min(a.count(gram), b.count(gram)) for gram in set(a))
    assert near(f"{one}\n{other}")[0].similarity == round(2 * shared / (len(a) + len(b)), 4)


def test_a_high_threshold_leaves_out_what_differs_more():
    text = f"{LINES[0]}\n{LINES[0].replace('22', '23').replace('41亿元', '520亿元').replace('9个', '17个')}"
    assert near(text, min_similarity=0.99) == []
    assert len(near(text, min_similarity=0.7)) == 1


def test_no_near_duplicate_is_seen_in_the_city_reports(city_paths):
    for path in city_paths:
        text = path.read_text("utf-8")
        for found in near(text):
            assert text[found.start : found.end] != text[found.copy_start : found.copy_end]


@settings(deadline=None, max_examples=50)
@given(st.lists(st.sampled_from([*LINES, *(line.replace("22", "23") for line in LINES), "一、工作", "同上。"]), max_size=14))
def test_blocks_lie_in_the_text_and_the_first_before_the_later(lines):
    text = "\n".join(lines)
    found = find_duplicates(find_lines(text))
    for block in [*found, *near(text)]:
        assert 0 <= block.start < block.end <= block.copy_start < block.copy_end <= len(text)
        assert 0 < block.similarity <= 1
    for block in found:
        assert text[block.start : block.end].split() == text[block.copy_start : block.copy_end].split()


def test_time_grows_with_the_text_and_not_with_its_square():
    """Ten times the lines may take ten times as long; a factor of forty leaves room for a busy machine."""

    def seconds(n):
        lines = find_lines("\n".join(f"{line[: k % 50 + 60]}{k}" for k in range(n) for line in LINES) + "\n各位代表" * n)
        start = time.process_time()
        find_near_duplicates(lines, find_duplicates(lines))
        return time.process_time() - start

    seconds(100)
    assert seconds(5000) < 40 * max(seconds(500), 0.02)
