// Sortable tables of what the filters leave; every row opens the statements behind it.
const ROWS = 200; // rows shown at once
const TABLES = ["entities", "edges", "formulas", "statements"];
const table = { open: "entities", sort: {} };
const FIRST_SORT = { entities: ["count", true], edges: ["shared", true], formulas: ["expression", false], statements: ["order", false] };
const classColumns = CLASSES.filter(kind => kind !== "OTHER").map(kind => ({ key: kind, title: () => label("classes", kind), value: row => ofKind(evidence(row), kind) }));
const typeDot = node => dot(colour("types", node.kind));

const COLUMNS = {
  entities: [
    { key: "name", value: node => node.name, before: typeDot },
    { key: "type", value: node => label("types", node.kind) },
    { key: "count", value: node => evidence(node).length },
    { key: "mentions", value: node => node.mentions },
    ...classColumns,
    { key: "joined", value: node => node.edges.length },
    hasStability && { key: "rank", value: node => node.low || nodes.length, text: node => node.low ? `${node.low}–${node.high}` : "" },
    several && { key: "in_reports", value: node => new Set(evidence(node).map(statement => statement.report)).size },
    { key: "community", value: node => node.community < 0 ? Infinity : node.community + 1, text: node => node.community < 0 ? "" : String(node.community + 1) },
  ],
  edges: [
    { key: "one", value: edge => edge.a.name, before: edge => typeDot(edge.a) },
    { key: "two", value: edge => edge.b.name, before: edge => typeDot(edge.b) },
    { key: "shared", value: edge => weigh(edge) },
    ...classColumns,
    hasStability && { key: "stability", value: edge => edge.shares ? edge.stability : -1, text: edge => edge.shares ? `${edge.stability}%` : "" },
    { key: "enumerated", value: edge => edge.listed },
    { key: "part_of", value: edge => edge.part ? t("yes") : "" },
  ],
  formulas: [
    several && { key: "report", value: formula => reports[formula.statement.report].name },
    { key: "expression", value: formula => formula.expression },
    { key: "whole", value: formula => formula.whole === formula.expression ? "" : formula.whole },
    { key: "members", value: formula => formula.parts.map(part => `${part.key}${t("colon")}${part.members.join(t("comma"))}`).join(t("semicolon")), wide: true },
    { key: "complete", title: () => t("check"), value: formula => t(formula.complete === null ? "not_expanded" : formula.complete ? "complete" : "incomplete") },
  ],
  statements: [
    { key: "order", title: () => "#", value: statement => statement.index + 1 },
    several && { key: "report", value: statement => reports[statement.report].name },
    { key: "class", value: statement => label("classes", statement.kind), before: statement => dot(colour("classes", statement.kind)) },
    { key: "instrument", value: statement => statement.instruments.map(code => label("instruments", code)).join(t("comma")) },
    { key: "statement", value: statement => statement.text ?? t("text_left_out"), wide: true },
    { key: "score", value: statement => statement.score, text: statement => statement.score.toFixed(2) },
    { key: "uncertain", value: statement => statement.uncertain ? t("yes") : "" },
    { key: "section", value: statement => statement.path.at(-1) ?? "", clip: true },
  ],
};
for (const name of TABLES) COLUMNS[name] = COLUMNS[name].filter(Boolean);

const SOURCES = {
  entities: () => nodes.filter(node => state.kinds.has(node.kind) && matches(node.name) && evidence(node).length),
  edges: () => edges.filter(edge => state.kinds.has(edge.a.kind) && state.kinds.has(edge.b.kind) && (matches(edge.a.name) || matches(edge.b.name)) && evidence(edge).length),
  formulas: () => formulas.filter(formula => allowed(formula.statement) && (matches(formula.whole) || matches(formula.expression))),
  statements: () => statements.filter(statement => statement.counted && allowed(statement) && (statement.text === null ? !state.search : matches(statement.text))),
};

const OPENERS = {
  entities: node => choose({ node }),
  edges: edge => choose({ edge }),
  formulas: formula => {
    const names = new Set([formula.whole, ...formula.parts.flatMap(part => part.members)].map(name => nodeOf.get(name)));
    prove(() => ({ title: [make("bdi", { text: formula.whole })], list: [...new Set([formula.statement, ...formula.parts.map(part => part.statement)])], names }));
  },
  statements: statement => proveStatement(statement),
};

const titleOf = column => column.title?.() ?? t(column.key);
const textOf = (column, row) => column.text?.(row) ?? String(column.value(row));

function sortedRows(name) {
  const [key, down] = table.sort[name] ?? FIRST_SORT[name];
  const column = COLUMNS[name].find(one => one.key === key) ?? COLUMNS[name][0];
  const order = new Intl.Collator(lang === "zh" ? "zh" : "en");
  const keyed = SOURCES[name]().map(row => ({ row, value: column.value(row) }));
  const compare = (p, q) => typeof p === "number" ? (p > q) - (p < q) : order.compare(p, q);
  keyed.sort((p, q) => (down ? -1 : 1) * compare(p.value, q.value)); // sorts are stable, so equal rows keep the order of strength
  return keyed.map(({ row }) => row);
}

function refreshTables() {
  tabs("table-tabs", TABLES.filter(name => name !== "formulas" || formulas.length), table.open, name => { table.open = name; refreshTables(); element(`tab-${name}`).focus(); }, () => "table-box");
  element("table-box").setAttribute("aria-labelledby", `tab-${table.open}`);
  const rows = sortedRows(table.open), columns = COLUMNS[table.open];
  const body = make("tbody");
  const grid = make("table", { class: table.open }, make("thead", {}, make("tr", {}, ...columns.map(column => heading(column, rows)))), body);
  const rest = make("p", { class: "soft" });
  const more = from => {
    body.append(...rows.slice(from, from + ROWS).map(row => line(columns, row)));
    const left = rows.length - from - ROWS;
    rest.replaceChildren(left > 0 ? button(t("more", { count: left }), () => more(from + ROWS), { class: "more" }) : t(rows.length ? "rows" : "no_rows", { count: rows.length }));
  };
  more(0);
  fill("table-box", grid, rest);
}

function heading(column, rows) {
  const [key, down] = table.sort[table.open] ?? FIRST_SORT[table.open];
  const current = key === column.key, number = rows.length > 0 && typeof column.value(rows[0]) === "number";
  const sort = () => {
    table.sort[table.open] = [column.key, current ? !down : number];
    refreshTables();
    element("table-box").querySelector(`[data-column="${column.key}"]`).focus();
  };
  return make("th", { scope: "col", class: number ? "number" : null, "aria-sort": current ? down ? "descending" : "ascending" : "none" },
    button(titleOf(column), sort, { "data-column": column.key }));
}

function line(columns, row) {
  const open = () => OPENERS[table.open](row);
  const handle = Math.max(columns.findIndex(one => one.key === "statement"), 0); // the cell that the keyboard opens
  const cells = columns.map((column, at) => {
    const text = textOf(column, row), content = make("bdi", { text });
    const inside = at === handle ? make("button", { type: "button" }, content) : content;
    return make("td", { class: joinedClass(column, row), title: column.clip ? text : null }, column.before?.(row), inside);
  });
  return make("tr", { on: { click: () => { if (!String(getSelection())) open(); } } }, ...cells);
}

const joinedClass = (column, row) => [typeof column.value(row) === "number" && "number", column.wide && "wide", column.clip && "clip"].filter(Boolean).join(" ") || null;

function toolsOfTables() {
  fill("table-tools", searchField("search-tables"), several ? reportField() : null,
    choice("layer", ["", ...CLASSES.filter(kind => kind !== "OTHER")].map(kind => [kind, kind ? label("classes", kind) : t("all")])),
    button(t("save_csv"), () => saveTable(table.open)));
}
