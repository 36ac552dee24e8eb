// The sections below the answer: each draws itself anew when the focus or the language changes.
function sampleSection() {
  const names = Object.keys(sample[0] ?? {});
  const columns = names.map(key => ({
    key, title: t(`sample_${key}`) === `sample_${key}` ? key : t(`sample_${key}`), value: row => row[key] ?? "",
    number: typeof sample.find(row => row[key] !== null)?.[key] === "number" && key !== "year", wide: key === "title",
    cell: key === "year" ? null : key === "statements" ? row => opens(number(row[key]), () => ({ title: row.report, list: statements.filter(statement => statement.report.key === row.report) })) : row => make("bdi", { class: row.group === state.focus || row.zone === state.focus ? "strong" : null, text: typeof row[key] === "number" ? number(row[key]) : row[key] ?? "" }),
  }));
  section("sample", t("sample_note"), grid("sample", columns, sample, { caption: t("sample"), search: row => Object.values(row).join(" ") }));
}

function profileSection() {
  const rows = (differences.get(state.focus) ?? []).filter(row => row.layer === state.layer);
  const labels = [...new Set(tables.profiles.filter(row => row.layer === state.layer).map(row => row.label))];
  if (!labels.includes(state.label)) state.label = [...rows].sort((p, q) => p.p - q.p)[0]?.label ?? labels[0];
  const redraw = change => { change(); profileSection(); };
  const limit = Math.max(0.1, ...rows.flatMap(row => [Math.abs(row.low), Math.abs(row.high)])), edge = Math.ceil(limit * 10) / 10;
  const forest = make("div", { class: "chart" }, make("h3", { text: t("forest", { focus: state.focus }) }), axis(-edge, edge, value => value ? `${signed(value)}` : "0"),
    ...[...rows].sort((p, q) => q.difference - p.difference).map(row => chartRow(layerLabel(row.layer, row.label), interval(row.difference, row.low, row.high, -edge, edge, { zero: 0, tone: row.p_holm < LEVEL ? WARM : null }),
      `${signed(row.difference)} ${range(row.low, row.high)}${row.p_holm < LEVEL ? " *" : ""}`, () => ({
        title: layerLabel(row.layer, row.label), list: withLabel(row.layer, row.label, state.focus),
        facts: [state.focus, differenceText(row), t("fisher", { p: pText(row.p), holm: pText(row.p_holm), h: decimal(row.cohens_h) })],
      }), { pale: row.p_holm >= LEVEL })), make("p", { class: "soft", text: t("forest_note") }));
  section("profiles", t("profiles_note"),
    make("div", { class: "tools" }, chooser("layer", LAYERS.map(name => [name, t(`layer_${name}`)]), state.layer, value => redraw(() => { state.layer = value; state.label = null; })),
      chooser("label", labels.map(code => [code, layerLabel(state.layer, code)]), state.label, value => redraw(() => { state.label = value; }))),
    make("div", { class: "pair" }, forest, dotPlot()));
}

function dotPlot() {
  const rows = tables.profiles.filter(row => row.layer === state.layer && row.label === state.label).sort((p, q) => q.share - p.share);
  const most = roundUp(Math.max(0.05, ...rows.filter(row => row.total > 5).map(row => row.high)));
  const name = layerLabel(state.layer, state.label);
  return make("div", { class: "chart" }, make("h3", { text: t("dots", { label: name }) }), axis(0, most, value => `${Math.round(100 * value)}%`),
    ...rows.map(row => chartRow(row.group, interval(row.share, row.low, row.high, 0, most, { tone: row.group === state.focus ? WARM : null }),
      `${share(row.share)} ${range(row.low, row.high)}`, () => ({ title: `${row.group} · ${name}`, list: withLabel(row.layer, row.label, row.group), facts: [t("of_total", { count: row.count, total: row.total, share: share(row.share), low: (100 * row.low).toFixed(0), high: (100 * row.high).toFixed(0) })] }),
      { strong: row.group === state.focus })), make("p", { class: "soft", text: t(state.layer === "type" ? "dots_type_note" : "dots_note") }));
}

// Entities × groups; the focus stands first.
const presenceFilter = { kind: "", shared: "mine", text: "" };
function presenceSection() {
  const box = make("div");
  const field = make("input", { type: "search", value: presenceFilter.text, placeholder: t("search"), "aria-label": t("search"), on: { input: event => { presenceFilter.text = event.target.value; presenceTable(box, ROWS); } } });
  const change = key => value => { presenceFilter[key] = value; presenceTable(box, ROWS); };
  section("presence", t("presence_note"), make("div", { class: "tools" },
    chooser("shared", ["mine", "unique", "all", "some", "lacking"].map(key => [key, t(`shared_${key}`, { focus: state.focus })]), presenceFilter.shared, change("shared")),
    chooser("type", [["", t("all")], ...TYPES.map(code => [code, label("types", code)])], presenceFilter.kind, change("kind")), field), box);
  presenceTable(box, ROWS);
}

const KEEPS = {
  mine: found => found.some(row => row.group === state.focus),
  unique: found => found.length === 1 && found[0].group === state.focus,
  all: found => found[0].shared === "all",
  some: found => found.length > 1 && found[0].shared !== "all",
  lacking: found => found.length > 1 && !found[0].zone && !found.some(row => row.group === state.focus),
};

function presenceTable(box, most) {
  const mine = found => found.find(row => row.group === state.focus);
  const wanted = presenceFilter.text.trim();
  const rows = [...entities.values()].filter(found => KEEPS[presenceFilter.shared](found) && (!presenceFilter.kind || found[0].kind === presenceFilter.kind) && (!wanted || found[0].name.includes(wanted)));
  const rank = found => mine(found) ? mine(found).p ?? 0.001 : 1;
  rows.sort((p, q) => rank(p) - rank(q) || (mine(q)?.count ?? 0) - (mine(p)?.count ?? 0) || q.length - p.length);
  const columns = [state.focus, ...others()];
  const largest = Math.max(1, ...rows.slice(0, most).flat().map(row => row.count));
  const table = heatMap(t("presence"), rows.slice(0, most), columns, (found, group) => {
    const row = found.find(one => one.group === group);
    if (!row) return null;
    const strength = 0.14 + 0.86 * Math.sqrt(row.count / largest);
    return { text: row.count, fill: mix(PAPER, group === state.focus ? WARM : DEEP, strength), ink: inkOn(strength), title: `${group}${t("colon")}${row.name} ${row.count}`, show: proveEntity(row) };
  }, { marked: column => column === state.focus, rowHead: found => [dot(colour("types", found[0].kind)), opens(found[0].name, proveEverywhere(found[0].key, found[0].name)), mine(found)?.shared === "unique" ? make("span", { class: `tag ${surety(mine(found))}`, title: sureText(mine(found)), text: t(`tag_${surety(mine(found))}`) }) : null].filter(Boolean) });
  const left = rows.length - most;
  box.replaceChildren(make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": t("presence") }, table), make("p", { class: "soft" }, left > 0 ? button(t("more", { count: left }), () => presenceTable(box, most + 4 * ROWS), { class: "more" }) : null, t("rows", { count: rows.length })));
}

// Industries × groups; what is not sure is pale.
function specialisationSection() {
  const names = groupRows(tables.specialisation, "name");
  const here = new Map(of("specialisation").map(row => [row.name, row]));
  const certain = name => names.get(name).filter(row => row.sure > 0).length;
  const order = [...names.keys()].sort((p, q) => (here.get(q)?.count ?? 0) - (here.get(p)?.count ?? 0) || certain(q) - certain(p));
  const columns = [state.focus, ...others()];
  const table = heatMap(t("specialisation"), order, columns, (name, group) => {
    const row = names.get(name).find(one => one.group === group);
    if (!row || !row.count && !row.sure) return null;
    const strength = row.sure ? 0.35 + 0.65 * Math.min(1, Math.abs(row.log2_lq) / 2.5) : 0.3 * Math.min(1, Math.abs(row.log2_lq) / 2);
    return { text: row.count || "", pale: !row.sure, fill: mix(PAPER, row.log2_lq > 0 ? WARM : DEEP, strength), ink: row.sure ? inkOn(strength) : SOFT, title: `${group} · ${name}${t("colon")}${t("industry_line", { lq: decimal(row.lq, 1), low: decimal(row.low, 1), high: decimal(row.high, 1), count: row.count, total: row.total })}`, show: proveIndustry(row) };
  }, { marked: column => column === state.focus, rowHead: name => [make("bdi", { text: name })] });
  const columnsOf = [
    { key: "name", title: t("industry"), value: row => row.name, head: true, cell: row => opens(row.name, proveIndustry(row)) },
    { key: "count", number: true, value: row => row.count }, { key: "lq", number: true, value: row => row.lq, cell: row => make("span", { text: decimal(row.lq, 1) }) },
    { key: "interval", value: row => row.low, cell: row => make("span", { class: "with-track" }, interval(Math.log2(Math.max(row.lq, 0.06)), Math.log2(Math.max(row.low, 0.06)), Math.log2(Math.max(row.high, 0.06)), -4, 5, { zero: 0, tone: row.sure ? WARM : null }), make("span", { class: "soft", text: `${decimal(row.low, 1)}–${decimal(row.high, 1)}` })) },
    { key: "log2_lq", number: true, value: row => row.log2_lq, cell: row => make("span", { text: decimal(row.log2_lq) }) },
    { key: "sure", value: row => row.sure, cell: row => make("span", { text: t(row.sure > 0 ? "lq_above" : row.sure < 0 ? "lq_below" : "lq_unsure") }) },
  ];
  section("specialisation", t("specialisation_note"), order.length ? make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": t("specialisation") }, table) : make("p", { class: "soft", text: t("nothing") }),
    legend([[WARM, t("lq_above")], [DEEP, t("lq_below")], ["", t("lq_unsure")]]), make("h3", { text: t("lq_table", { focus: state.focus }) }), grid("specialisation", columnsOf, of("specialisation"), { first: ["log2_lq", true], size: 12, caption: t("specialisation") }));
}

const legend = entries => make("p", { class: "legend" }, ...entries.map(([tone, text]) => make("span", {}, make("span", { class: joined2("dot", !tone && "hatch"), style: { background: tone || null } }), text)));

const proveWord = row => () => {
  const list = byNumber(row.statements);
  return { title: row.term, words: [row.term], list, facts: [joined(row.group, t("word_facts", { count: row.count, elsewhere: row.elsewhere, reports: row.reports })), t("word_measures", { z: decimal(row.z, 1), ratio: decimal(row.log_ratio, 1), g2: decimal(row.g2, 1) })], extra: [make("h4", { text: t("concordance") }), concordance(list, row.term)] };
};

function keywordSection() {
  const most = Math.max(1, ...of("keywords").map(row => row.z));
  const columns = [
    { key: "term", value: row => row.term, head: true, cell: row => opens(row.term, proveWord(row)) },
    { key: "z", number: false, value: row => row.z, cell: row => make("span", { class: "with-track" }, make("span", { class: "bar" }, make("span", { style: { width: across(row.z, 0, most) } })), make("span", { text: decimal(row.z, 1) })) },
    { key: "count_here", number: true, value: row => row.count }, { key: "count_elsewhere", number: true, value: row => row.elsewhere }, { key: "in_groups", number: true, value: row => row.groups },
    { key: "log_ratio", number: true, value: row => row.log_ratio, cell: row => make("span", { text: decimal(row.log_ratio, 1) }) }, { key: "g2", number: true, value: row => row.g2, cell: row => make("span", { text: decimal(row.g2, 1) }) },
  ];
  section("keywords", t("keywords_note"), grid("keywords", columns, of("keywords"), { first: ["z", true], size: 20, search: row => row.term, caption: t("keywords") }));
}

function likenessSection() {
  const pairs = tables[`likeness_${state.measure}`], between = new Map(pairs.flatMap(row => [[`${row.group_a}\u0000${row.group_b}`, row], [`${row.group_b}\u0000${row.group_a}`, row]]));
  const pair = (a, b) => between.get(`${a}\u0000${b}`);
  const order = raw.orders[state.measure], values = pairs.map(row => row.likeness), low = Math.min(...values), high = Math.max(...values);
  const told = new Set(tables.reasons.flatMap(row => row.group_a === state.focus ? [row.group_b] : row.group_b === state.focus ? [row.group_a] : []));
  const near = order.filter(name => told.has(name)).sort((p, q) => pair(state.focus, q).likeness - pair(state.focus, p).likeness);
  if (!near.includes(state.other)) state.other = near[0] ?? null;
  const choose = name => { state.other = name; likenessSection(); };
  const matrix = heatMap(t("likeness"), order, order, (a, b) => {
    const row = pair(a, b);
    if (!row) return null;
    const strength = (row.likeness - low) / (high - low || 1);
    return { text: (100 * row.likeness).toFixed(0), fill: mix(PAPER, DEEP, 0.08 + 0.92 * strength), ink: inkOn(strength), title: `${a} – ${b}${t("colon")}${decimal(row.likeness)}`, show: provePair(row) };
  }, { marked: name => name === state.focus, rowHead: name => [make("bdi", { text: name })] });
  section("likeness", t("likeness_note"), make("div", { class: "tools" },
    chooser("measure", ["words", "entities", "graph"].map(name => [name, t(`measure_${name}`)]), state.measure, value => { state.measure = value; likenessSection(); }),
    near.length ? chooser("compare_with", near.map(name => [name, `${name}  ${decimal(pair(state.focus, name).likeness)}`]), state.other, choose) : null),
    make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": t("likeness") }, matrix),
    make("div", { class: "pair" }, make("div", {}, make("h3", { text: t("map_title") }), places.length > 2 ? groupMap(places, 640) : null, make("p", { class: "soft", text: t("map_note", { x: Math.round(100 * (places[0]?.inertia_x ?? 0)), y: Math.round(100 * (places[0]?.inertia_y ?? 0)) }) })), why()));
}

const provePair = row => () => ({ title: `${row.group_a} – ${row.group_b}`, list: [], facts: [t("likeness_value", { value: decimal(row.likeness) }), row.expected === undefined || row.expected === null ? "" : t("likeness_expected", { expected: decimal(row.expected), low: decimal(row.expected_low), p: pText(row.p) }), row.qap === undefined ? "" : t("graph_values", { nodes: decimal(row.node_jaccard), edges: decimal(row.edge_jaccard), qap: decimal(row.qap), p: pValue(row.qap_p) })], extra: sharedEntities(row.group_a, row.group_b) });

// The entities that two groups share, the commonest first; each opens what both say of it.
function sharedEntities(a, b) {
  const both = [...entities.values()].map(found => [found.find(row => row.group === a), found.find(row => row.group === b)]).filter(pair => pair[0] && pair[1]);
  both.sort(([p, q], [r, s]) => Math.min(r.rate, s.rate) - Math.min(p.rate, q.rate));
  return [make("h4", { text: t("shared_by_both", { count: both.length }) }), make("p", { class: "many" }, ...both.slice(0, 40).flatMap(([one, other], at) => [at ? t("comma") : "",
    opens(one.name, () => ({ title: one.name, names: [one.name], facts: [`${a} ${one.count}${t("comma")}${b} ${other.count}`], list: [...byNumber(one.statements), ...byNumber(other.statements)] }))]))];
}

// Why the focus and another group are alike.
function why() {
  const [a, b] = [state.focus, state.other];
  const rows = tables.reasons.filter(row => (row.group_a === a && row.group_b === b) || (row.group_a === b && row.group_b === a));
  const entry = row => make("li", {}, opens(row.name, () => ({ title: row.name, names: row.kind === "entity" ? [row.name] : [], words: row.kind === "word" ? [row.name] : [], list: [a, b].flatMap(group => row.kind === "entity" ? naming(row.name, group) : (ownStatements.get(group) ?? []).filter(statement => statement.text?.includes(row.name))), facts: [`${row.group_a} ${row.count_a}${t("comma")}${row.group_b} ${row.count_b}`] })), make("span", { class: "soft", text: ` ${share(row.share)}` }));
  return make("div", {}, make("h3", {}, make("bdi", { text: t("why", { a, b: b ?? "" }) })), rows.length ? null : make("p", { class: "soft", text: t("nothing") }),
    ...["entity", "word"].filter(kind => rows.some(row => row.kind === kind)).map(kind => make("div", {}, make("h4", { text: t(`why_${kind}`) }), make("ol", { class: "reasons" }, ...rows.filter(row => row.kind === kind).slice(0, 12).map(entry)))));
}
