// Borrowed passages side by side, years, indicators, and how it was made.
function reuseSection() {
  const mine = tables.reuse.filter(row => row.group_a === state.focus || row.group_b === state.focus);
  const rows = mine.length ? mine : tables.reuse, redraw = size => box.replaceChildren(...rows.slice(0, size).map(passage), rows.length > size ? button(t("more", { count: rows.length - size }), () => redraw(size + 20), { class: "more" }) : "");
  const box = make("div", { class: "passages" });
  redraw(6);
  const columns = [
    { key: "report", value: row => row.report, head: true, cell: row => make("bdi", { class: row.group === state.focus ? "strong" : null, text: row.report }) },
    { key: "characters", number: true, value: row => row.characters, cell: row => make("span", { text: number(row.characters) }) },
    ...["reused", "borrowed", "own", "upper", "boilerplate"].map(part => ({ key: `part_${part}`, number: true, value: row => row[`${part}_share`], cell: row => make("span", { text: share(row[`${part}_share`] ?? 0) }) })),
  ];
  section("reuse", t("reuse_note"), grid("reuse", columns, tables.reuse_shares, { first: ["part_reused", true], size: 10, caption: t("reuse") }),
    make("h3", { text: tables.reuse.length ? mine.length ? t("passages_of", { focus: state.focus, count: mine.length }) : t("passages_none", { focus: state.focus, count: rows.length }) : t("nothing") }), box);
}

function passage(row) {
  const [left, right] = differing(row.text_a, row.text_b);
  const side = (which, parts) => make("div", {}, make("p", { class: "soft" }, opens(row[`report_${which}`], () => ({ title: row[`report_${which}`], list: byNumber(row[`statements_${which}`]), facts: [t("offsets", { start: row[`start_${which}`], end: row[`end_${which}`] })], words: [row[`text_${which}`]] })),
    ` ${row[`start_${which}`]}–${row[`end_${which}`]}`, row.first === row[`report_${which}`] ? ` · ${t("came_first")}` : ""),
  make("p", { class: "said" }, ...parts.map(([text, same]) => same ? text : make("mark", { class: "other", text }))));
  return make("article", { class: "passage" }, make("p", { class: "tags", text: joined(t("passage", { letters: row.letters, share: Math.round(100 * row.similarity) }), row.boilerplate ? t("is_boilerplate", { reports: row.reports }) : "", row.upper ? t("is_upper") : "") }), make("div", { class: "pair" }, side("a", left), side("b", right)));
}

// What differs in two short texts, by their longest common subsequence.
function differing(one, other) {
  const a = [...one], b = [...other], width = b.length + 1, best = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) for (let j = b.length - 1; j >= 0; j--) best[i * width + j] = a[i] === b[j] ? best[(i + 1) * width + j + 1] + 1 : Math.max(best[(i + 1) * width + j], best[i * width + j + 1]);
  const left = [], right = [];
  const add = (parts, text, same) => { if (parts.at(-1)?.[1] === same) parts.at(-1)[0] += text; else parts.push([text, same]); };
  let i = 0, j = 0;
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) { add(left, a[i++], true); add(right, b[j++], true); }
    else if (best[(i + 1) * width + j] >= best[i * width + j + 1]) add(left, a[i++], false);
    else add(right, b[j++], false);
  }
  if (i < a.length) add(left, a.slice(i).join(""), false);
  if (j < b.length) add(right, b.slice(j).join(""), false);
  return [left, right];
}

function yearSection() {
  const zones = new Set(raw.reports.filter(report => raw.groups[report.group] === state.focus).map(report => report.zone));
  const changes = tables.changes.filter(row => zones.has(row.zone)), promises = tables.promises.filter(row => zones.has(row.zone));
  const told = tables.promises.filter(row => row.verdict === "met" || row.verdict === "missed");
  const content = [];
  if (changes.length) for (const [year, rows] of groupRows(changes, "year")) content.push(make("div", {}, make("h3", { text: `${rows[0].year_before} → ${year}` }), make("div", { class: "thirds" }, ...["born", "kept", "dropped"].map(change => changeList(change, rows.filter(row => row.change === change))))));
  if (promises.length || told.length) content.push(make("h3", { text: t("promises") }), promiseChart(), promiseTable(promises.length ? promises : told));
  section("years", t("years_note"), changes.length ? null : make("p", { class: "soft", text: t("one_year", { focus: state.focus }) }), ...content);
}

function changeList(change, rows) {
  const order = [...rows].sort((p, q) => (q.statements.length + q.statements_before.length) - (p.statements.length + p.statements_before.length));
  const entry = row => [opens(row.name, () => ({ title: row.name, names: [row.name], list: [...byNumber(row.statements_before), ...byNumber(row.statements)], facts: [t(row.change)] })), " "];
  const box = make("p", { class: "many" }, ...order.slice(0, 24).flatMap(entry));
  if (order.length > 24) box.append(button(t("more", { count: order.length - 24 }), event => event.currentTarget.replaceWith(...order.slice(24).flatMap(entry)), { class: "more" }));
  return make("div", { class: `change ${change}` }, make("h4", { text: `${t(change)} ${rows.length}` }), box);
}

const VERDICTS = ["met", "missed", "not comparable", "not reported", "not due"];
const verdictName = verdict => t(`verdict_${verdict.replaceAll(" ", "_")}`);
const VERDICT_TONES = { met: "#1f7a5c", missed: "#b3561d", "not comparable": "#c9bfa5", "not reported": "#d6d8da", "not due": "#ecedee" };

function promiseChart() {
  const zones = groupRows(tables.promises, "zone");
  const tone = (one, at) => make("span", { style: { width: `${100 * at}%`, background: VERDICT_TONES[one] } });
  return make("div", { class: "chart stacks" }, ...[...zones].map(([zone, rows]) => {
    const counts = VERDICTS.map(one => [one, rows.filter(row => row.verdict === one)]);
    return chartRow(zone, make("span", { class: "stack", "aria-hidden": "true" }, ...counts.map(([one, found]) => tone(one, found.length / rows.length))), t("kept_of", { met: counts[0][1].length, told: counts[0][1].length + counts[1][1].length, all: rows.length }),
      () => ({ title: zone, list: byNumber([...new Set(rows.filter(row => row.verdict === "met" || row.verdict === "missed").flatMap(row => [row.promised_statement, row.reported_statement]))]), facts: [counts.map(([one, found]) => `${verdictName(one)} ${found.length}`).join(t("comma"))] }), { strong: zone === state.focus });
  }), legend(VERDICTS.map(one => [VERDICT_TONES[one], verdictName(one)])));
}

const amount = (value, high, unit, bound) => value === null || value === undefined ? "" : `${{ at_least: "≥ ", at_most: "≤ ", about: "≈ " }[bound] ?? ""}${number(value)}${high ? `–${number(high)}` : ""} ${unit ?? ""}`;
const form = row => t(`form_${row.comparator}`) === `form_${row.comparator}` ? row.comparator : t(`form_${row.comparator}`);

function promiseTable(rows) {
  const shows = row => () => ({ title: row.name, words: [row.name], list: byNumber([row.promised_statement, row.reported_statement].filter(one => one !== null)), facts: [joined(row.zone, verdictName(row.verdict)), joined(amount(row.promised, row.promised_high, row.unit, row.bound), amount(row.reported, null, row.reported_unit, row.reported_bound))] });
  const columns = [
    { key: "zone", value: row => row.zone }, { key: "indicator", value: row => row.name, head: true, cell: row => opens(row.name, shows(row)) }, { key: "form", value: form },
    { key: "promised_in", value: row => row.promised_in }, { key: "promised", number: true, value: row => row.promised, cell: row => make("bdi", { text: amount(row.promised, row.promised_high, row.unit, row.bound) }) }, { key: "deadline", value: row => row.deadline },
    { key: "reported", number: true, value: row => row.reported, cell: row => make("bdi", { text: amount(row.reported, null, row.reported_unit, row.reported_bound) }) }, { key: "difference", number: true, value: row => row.difference, cell: row => make("span", { text: row.difference === null ? "" : `${row.difference > 0 ? "+" : ""}${number(row.difference)}` }) },
    { key: "verdict", value: row => VERDICTS.indexOf(row.verdict), cell: row => make("span", {}, dot(VERDICT_TONES[row.verdict]), verdictName(row.verdict)) },
  ];
  return grid("promises", columns, rows, { first: ["verdict", false], size: 20, search: row => `${row.zone} ${row.name} ${verdictName(row.verdict)}`, caption: t("promises") });
}

function indicatorSection() {
  const where = row => row.group ?? row.zone ?? row.report;
  const columns = [
    { key: "group", value: where, cell: row => make("bdi", { class: where(row) === state.focus ? "strong" : null, text: where(row) }) },
    { key: "indicator", value: row => row.name, head: true, cell: row => opens(row.name, () => ({ title: row.name, words: [row.text ?? row.name], list: byNumber([row.statement]), facts: [joined(where(row), form(row), amount(row.value, row.high, row.unit, row.bound), t(`status_${row.status}`))] })) },
    { key: "form", value: form }, { key: "value", number: true, value: row => row.value, cell: row => make("bdi", { text: amount(row.value, row.high, row.unit, row.bound) }) },
    { key: "base_year", value: row => row.base_year ?? "" }, { key: "deadline", value: row => row.deadline ?? "" }, { key: "status", value: row => t(`status_${row.status}`) },
  ];
  const rows = [...tables.indicators].sort((p, q) => (where(q) === state.focus) - (where(p) === state.focus));
  section("indicators", t("indicators_note"), grid("indicators", columns, rows, { size: 20, search: row => `${where(row)} ${row.name} ${row.unit ?? ""}`, caption: t("indicators") }));
}

function methodSection() {
  section("methods", null, ...String(raw.methods[lang]).split("\n").filter(Boolean).map(text => make("p", { class: "prose" }, make("bdi", { text }))), make("h3", { text: t("references") }),
    make("ul", { class: "prose" }, ...raw.references.map(text => make("li", {}, make("bdi", { text: typeof text === "string" ? text : Object.values(text).join(" ") })))), make("p", { class: "soft", text: joined(raw.made[lang], raw.left_out ? t("left_out", { count: raw.left_out }) : "", raw.cut.length ? t("rows_left_out", { tables: raw.cut.map(name => t(name)).join(t("comma")) }) : "") }));
}
