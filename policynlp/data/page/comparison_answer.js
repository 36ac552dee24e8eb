// The answer at the top: what the focus has that the others lack, in order of how sure that is.
const LEVEL = 0.05;
const MOST_SAID = { sure: 12, own: 12, hint: 8, weak: 14, words: 8, lacks: 8 };

// How sure it is that others lack an entity: its own name (not to be tested), sure, a hint, or weak.
function surety(row) {
  if (row.p === null) return "own";
  if (row.p_bh < LEVEL) return "sure";
  return row.p < LEVEL && row.count > 1 ? "hint" : "weak";
}

function sureText(row) {
  const kind = surety(row);
  if (kind === "own") return t("sure_own");
  return t(kind === "sure" ? "sure_yes" : kind === "hint" ? "sure_hint" : row.count > 1 ? "sure_no" : "sure_once", { p: pText(row.p), q: qText(row.p_bh), expected: decimal(row.expected, row.expected < 0.1 ? 2 : 1) });
}

// A difference of a share as a sentence: how much, of the others, how much more or less, and how sure.
function differenceLine(row) {
  const show = () => ({
    title: layerLabel(row.layer, row.label), list: withLabel(row.layer, row.label, row.group_a),
    facts: [differenceText(row), t("fisher", { p: pText(row.p), holm: pText(row.p_holm), h: decimal(row.cohens_h) })],
  });
  return item(t(`layer_${row.layer}`), layerLabel(row.layer, row.label), show, differenceText(row), interval(row.difference, row.low, row.high, -0.6, 0.6, { zero: 0 }));
}

const differenceText = row => t(row.difference > 0 ? "more_than" : "less_than", {
  here: share(row.share_a), there: share(row.share_b), points: points(row.difference),
  low: (100 * (row.difference > 0 ? row.low : -row.high)).toFixed(0), high: (100 * (row.difference > 0 ? row.high : -row.low)).toFixed(0), p: pText(row.p_holm),
});

function item(kind, name, show, text, picture = null) {
  return make("li", {}, make("span", { class: "kind", text: kind }), opens(name, show, { class: "link said-name" }), make("span", { class: "how" }, make("bdi", { text })), picture);
}

const entityLine = row => item(label("types", row.kind), row.name, proveEntity(row),
  surety(row) === "own" ? t("own_line", { count: row.count }) : t(surety(row) === "hint" ? "hint_line" : row.count > 1 ? "entity_line" : "once_line", { p: pText(row.p), count: row.count, others: raw.groups.length - 1, expected: decimal(row.expected, row.expected < 0.1 ? 2 : 1), q: qText(row.p_bh) }));

function industryLine(row) {
  return item(t("industry"), row.name, proveIndustry(row), t("industry_line", { lq: decimal(row.lq, 1), low: decimal(row.low, 1), high: decimal(row.high, 1), count: row.count, total: row.total }));
}

const proveIndustry = row => () => ({
  title: row.name, names: [row.name], list: naming(row.name, row.group),
  facts: [row.group, t("industry_line", { lq: decimal(row.lq, 1), low: decimal(row.low, 1), high: decimal(row.high, 1), count: row.count, total: row.total }), t("log_line", { log: decimal(row.log2_lq) })],
});

// Names of a level that are only counted and listed: each a button.
const listed = (rows, most) => make("p", { class: "many" }, ...rows.slice(0, most).flatMap((row, at) => [at ? t("comma") : "", opens(row.name, proveEntity(row))]),
  rows.length > most ? make("span", { class: "soft", text: t("and_more", { count: rows.length - most }) }) : null);

function band(level, marks, content, count) {
  return content.length ? make("section", { class: `band ${level}` },
    make("div", { class: "level" }, make("span", { class: "marks", "aria-hidden": "true", text: marks }), make("h2", {}, t(`level_${level}`), count === undefined ? null : make("span", { class: "count", text: count })), make("p", { text: t(`level_${level}_note`) })),
    make("div", {}, ...content)) : null;
}

const list = items => items.length ? make("ul", { class: "items" }, ...items) : null;

function answer() {
  const unique = of("presence").filter(row => row.shared === "unique");
  const levels = groupRows(unique.map(row => ({ ...row, level: surety(row) })), "level");
  const level = name => levels.get(name) ?? [];
  const shares = (differences.get(state.focus) ?? []).filter(row => row.p_holm < LEVEL && !(row.layer === "status" && row.label === "unmarked"));
  const larger = shares.filter(row => row.difference > 0).sort((p, q) => q.cohens_h - p.cohens_h), smaller = shares.filter(row => row.difference < 0);
  const hints = (differences.get(state.focus) ?? []).filter(row => row.p_holm >= LEVEL && row.p < LEVEL && row.difference > 0 && row.layer !== "status").sort((p, q) => p.p - q.p);
  const industries = of("specialisation").filter(row => row.sure === 1).sort((p, q) => q.low - p.low);
  const words = of("keywords").slice(0, MOST_SAID.words);
  const own = level("own").sort((p, q) => q.count - p.count);
  fill("answer",
    make("p", { class: "soft over", text: t("over", { groups: raw.groups.length, reports: raw.reports.length, statements: statements.length }) }),
    make("h1", { id: "question" }, make("bdi", { text: t("question", { focus: state.focus, others: raw.groups.length - 1 }) })),
    make("p", { class: "verdict" }, make("bdi", { text: verdict(level("sure"), larger, own, level("hint").length, level("weak").length) })),
    ...cautions().map(text => make("p", { class: "caution" }, make("bdi", { text }))),
    band("sure", "●●●", [list([...level("sure").slice(0, MOST_SAID.sure).map(entityLine), ...larger.map(differenceLine)])].filter(Boolean), level("sure").length + larger.length),
    band("own", "◆", own.length ? [list(own.slice(0, 4).map(entityLine)), own.length > 4 ? listed(own.slice(4), MOST_SAID.own) : null].filter(Boolean) : [], own.length),
    band("hint", "●●○", [list([...level("hint").slice(0, MOST_SAID.hint).map(entityLine), ...hints.slice(0, 4).map(differenceLine), ...industries.slice(0, 5).map(industryLine)]), industries.length ? null : noIndustry()].filter(Boolean), level("hint").length + hints.length + industries.length),
    band("words", "z", words.length ? [make("p", { class: "many" }, ...words.flatMap((row, at) => [at ? t("semicolon") : "", opens(row.term, proveWord(row)), make("span", { class: "soft", text: t("word_line", { count: row.count, elsewhere: row.elsewhere, z: decimal(row.z, 1) }) })]))] : []),
    band("weak", "●○○", level("weak").length ? [listed(level("weak"), MOST_SAID.weak)] : [], level("weak").length),
    band("lacks", "○", [list(smaller.map(differenceLine)), ...lacks()].filter(Boolean)));
}

// One sentence that answers the question: the surest by name.
function verdict(sure, shares, own, hint, weak) {
  const told = (key, names) => names.length ? t(names.length > 3 ? key : `${key}_few`, { names: names.slice(0, 3).join(t("comma")), count: names.length }) : "";
  const parts = [
    told("verdict_sure", sure.map(row => row.name)),
    told("verdict_shares", shares.map(row => t("quoted", { layer: t(`layer_${row.layer}`), label: layerLabel(row.layer, row.label) }))),
  ].filter(Boolean);
  return [parts.length ? t("verdict_yes", { found: parts.join(t("and")) }) : t("verdict_none"), told("verdict_own", own.map(row => row.name)),
    weak ? t(hint ? "verdict_rest" : "verdict_weak", { hint, weak }) : ""].join("");
}

// What makes all of it less sure: other years, a short report.
function cautions() {
  const years = group => new Set(raw.reports.filter(report => raw.groups[report.group] === group && report.year).map(report => report.year));
  const here = years(state.focus), there = new Set(others().flatMap(group => [...years(group)]));
  const own = ownStatements.get(state.focus)?.length ?? 0;
  const sizes = others().map(group => ownStatements.get(group)?.length ?? 0).sort((p, q) => p - q), middle = sizes[Math.floor(sizes.length / 2)] ?? 0;
  return [
    here.size && there.size && ![...here].some(year => there.has(year)) && t("caution_years", { here: yearSpan(here), there: yearSpan(there) }),
    own < middle / 2 && t("caution_short", { own, middle }),
    t("caution_silent"),
  ].filter(Boolean);
}

function yearSpan(years) {
  const [low, high] = [Math.min(...years), Math.max(...years)];
  return low === high ? String(low) : `${low}–${high}`;
}

function noIndustry() {
  const best = of("specialisation").filter(row => row.count > 0).sort((p, q) => q.lq - p.lq)[0];
  return make("p", { class: "soft" }, t("no_industry"), best ? [" ", t("best_industry", { name: best.name, lq: decimal(best.lq, 1), low: decimal(best.low, 1), high: decimal(best.high, 1) })].join("") : "");
}

function lacks() {
  const rows = of("missing").slice(0, MOST_SAID.lacks);
  if (!rows.length) return [];
  const sure = of("missing").filter(row => row.p_bh < LEVEL).length;
  return [make("p", { class: "many" }, ...rows.flatMap((row, at) => [at ? t("semicolon") : "", opens(row.name, proveEverywhere(entityKey(row), row.name)), make("span", { class: "soft", text: t("lack_line", { groups: row.groups, expected: decimal(row.expected, 1), p: pText(row.p) }) })])),
    make("p", { class: "soft", text: sure ? t("lack_sure", { count: sure }) : t("lack_unsure") })];
}
