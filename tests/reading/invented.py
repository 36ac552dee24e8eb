"""An invented report of 100 statements: a title, three levels of headings, lists inside sentences, a table."""

TITLE = "青岭高新区2023年工作总结"
CHAPTERS = ("工作回顾", "存在问题", "目标任务", "重点工作", "保障措施")
FIELDS = ("智能装备", "生物医药", "新材料", "软件服务", "现代物流", "节能环保")
ACTIONS = (
    "设立{n}亿元{f}产业引导基金，支持科技型中小企业发展。",
    "建设{f}公共技术服务平台{n}个，提升自主创新能力。",
    "到2025年，{f}产业总产值力争达到{n}亿元，年均增长百分之十。",
    "建立{f}企业服务联系制度，完善“{n}项清单”工作机制，协调解决要素保障问题。",
    "做好两件事：一是引进{f}高层次人才{n}名；二是对接高等院校，共建{f}联合实验室{n}家。",
)
TABLE = (("指标", "2023年实际", "2025年目标"), ("地区生产总值", "120亿元", "180亿元"), ("高新技术企业", "45家", "90家"))
NUMERALS = "一二三四五六七八九十"


def paragraphs():
    """Give (kind, text) in order: title, heading, body; the table stands at its place as one row a line."""
    yield "title", TITLE
    count = 0
    for chapter, name in enumerate(CHAPTERS):
        yield "heading", f"{NUMERALS[chapter]}、{name}"
        for part in range(3):
            field = FIELDS[(2 * chapter + part) % len(FIELDS)]
            yield "heading", f"（{NUMERALS[part]}）{field}产业"
            for _ in range(3 if 3 * chapter + part < 7 else 2):
                sentences = [ACTIONS[(count + k) % len(ACTIONS)].format(n=7 + 3 * count + k, f=field) for k in range(1 if count % 2 else 2)]
                yield "body", "".join(sentences)
                count += 1
        if chapter == 2:
            for row in TABLE:
                yield "row", "\t".join(row)


def text():
    return "\n".join(line for _, line in paragraphs()) + "\n"
