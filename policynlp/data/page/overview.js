// The reports at a glance: what they are, and the shares of classes, instruments and types.
function refreshOverview() {
  const list = statements.filter(statement => statement.counted);
  facts(list);
  const measures = list.filter(statement => statement.kind === "MEASURE");
  const first = statement => statement.instruments[0];
  fill("bars",
    bars(t("class"), "classes", CLASSES, code => list.filter(statement => statement.kind === code), list.length),
    bars(t("instrument"), "instruments", INSTRUMENTS, code => measures.filter(statement => first(statement) === code), measures.length),
    bars(t("type"), "types", TYPES, code => nodes.filter(node => node.kind === code), 0, found => [...new Set(found.flatMap(node => node.statements))].sort((p, q) => p.index - q.index)));
  reportTable();
  auditSection();
  element("made").textContent = raw.made[lang];
}

function facts(list) {
  const one = several ? null : reports[0];
  const rows = [
    one && ["zone", one.zone], one && ["year", one.year], one && ["source", one.source], one && ["published", one.published], several && ["reports", reports.length],
    ["characters_title", reports.reduce((sum, report) => sum + report.characters, 0).toLocaleString("en")],
    ["statements", list.length], ["entities", nodes.length], ["edges", edges.length], ["uncertain", list.filter(statement => statement.uncertain).length],
    ...(one?.duplicates ?? []).map(lines => ["duplicates", t("duplicates_note", { lines })]),
    raw.left_out ? ["texts_left_out", raw.left_out] : null,
  ].filter(row => row && row[1] !== "" && row[1] !== null);
  fill("facts", ...rows.map(([key, value]) => make("div", {}, make("dt", { text: t(key) }), make("dd", {}, make("bdi", { text: value })))));
}

// A bar is a button: it opens the statements that it counts.
function bars(title, codes, order, members, total, toStatements = found => found) {
  const rows = order.map(code => [code, members(code)]).filter(([, found]) => found.length).sort((p, q) => q[1].length - p[1].length);
  const most = Math.max(1, ...rows.map(([, found]) => found.length));
  return make("section", {}, make("h2", { text: title }), ...rows.map(([code, found]) => make("button",
    { type: "button", class: "bar", on: { click: () => proveGroup(() => label(codes, code), toStatements(found)) } },
    make("span", { text: label(codes, code) }),
    make("span", { class: "track", "aria-hidden": "true" }, make("span", { style: { width: `${100 * found.length / most}%`, background: colour(codes, code) } })),
    make("span", { class: "number", text: total ? `${found.length} · ${percent(found.length, total)}` : found.length }))));
}

function reportTable() {
  if (!several) { fill("reports"); return; }
  fill("reports", make("section", {}, make("h2", { text: t("reports") }), make("table", {},
    make("thead", {}, make("tr", {}, ...["report", "statements", "class"].map(key => make("th", { scope: "col", class: key === "statements" ? "number" : null, text: t(key) })))),
    make("tbody", {}, ...reports.map(reportLine)))));
}

function reportLine(report) {
  const list = report.own.filter(statement => statement.counted);
  const shares = CLASSES.map(kind => [kind, ofKind(list, kind)]);
  const words = shares.map(([kind, count]) => `${label("classes", kind)} ${percent(count, list.length)}`).join(t("comma"));
  return make("tr", {}, make("td", {}, namedButton(report.name, () => { open = report.index; view("report"); }, { class: "link" })),
    make("td", { class: "number", text: list.length }),
    make("td", {}, make("span", { class: "stack", role: "img", "aria-label": words, title: words },
      ...shares.map(([kind, count]) => make("span", { style: { width: `${100 * count / Math.max(list.length, 1)}%`, background: colour("classes", kind) } })))));
}

// What became of every character of the files, folded: it answers those who doubt a count.
function auditSection() {
  const columns = [several && "report", "audit_what", "audit_why", "audit_pieces", "audit_characters", "audit_bytes"].filter(Boolean);
  const body = make("tbody");
  const section = make("details", { on: { toggle: () => { if (!body.childElementCount) body.append(...reports.flatMap(auditLines)); } } },
    make("summary", { text: t("audit") }), make("p", { class: "soft", text: t("audit_note") }),
    make("table", {}, make("thead", {}, make("tr", {}, ...columns.map((key, at) => make("th", { scope: "col", class: at > columns.length - 4 ? "number" : null, text: t(key) })))), body));
  fill("audit", section);
}

function auditLines(report) {
  const word = text => raw.messages[lang][`audit_${text.replaceAll(" ", "_").replaceAll("-", "_")}`] ?? text;
  return report.audit.map(([what, why, ...numbers], at) => make("tr", {},
    several ? make("td", {}, make("bdi", { text: at ? "" : joined(report.name, report.file) })) : null,
    make("td", { text: word(what) }), make("td", { text: why.split(", ").map(word).join(t("comma")) }),
    ...numbers.map(number => make("td", { class: "number", text: number.toLocaleString("en") }))));
}
