// The tables as objects, indexed by what the page asks for.
const rowsOf = ({ columns, rows }) => rows.map(row => Object.fromEntries(columns.map((column, at) => [column, row[at]])));
const tables = Object.fromEntries(Object.entries(raw.tables).map(([name, table]) => [name, rowsOf(table)]));
const sample = rowsOf(raw.sample), places = rowsOf(raw.map);
const statements = raw.statements.map(([report, id, kind, instruments, status, text, path, spans], index) => ({
  index, report: raw.reports[report], group: raw.groups[raw.reports[report].group], id, kind, instruments, status, text, path: raw.paths[path],
  spans: spans.map(([start, end, type, ...names]) => ({ start, end, type, names: names.map(name => raw.names[name]) })),
}));
const LAYERS = ["class", "instrument", "status", "type"];
const state = { focus: raw.focus, layer: "class", label: null, measure: "words", other: null };

function groupRows(rows, key) {
  const found = new Map();
  for (const row of rows) (found.get(row[key]) ?? found.set(row[key], []).get(row[key])).push(row);
  return found;
}

const byGroup = Object.fromEntries(["profiles", "presence", "missing", "specialisation", "keywords"].map(name => [name, groupRows(tables[name], "group")]));
const ownStatements = groupRows(statements, "group");
const differences = groupRows(tables.differences, "group_a");
const of = (name, group = state.focus) => byGroup[name].get(group) ?? [];
const entityKey = row => `${row.name}\u0000${row.zone}`;
const entities = groupRows(tables.presence.map(row => Object.assign(row, { key: entityKey(row) })), "key");
const others = () => raw.groups.filter(name => name !== state.focus);

// The statements of a group that have a label of a layer.
const HAS = {
  class: (statement, code) => statement.kind === code,
  instrument: (statement, code) => statement.instruments[0] === code,
  status: (statement, code) => statement.status === code,
  type: (statement, code) => statement.spans.some(span => span.type === code),
};
const withLabel = (layer, code, group) => (ownStatements.get(group) ?? []).filter(statement => HAS[layer](statement, code));
const naming = (name, group) => (ownStatements.get(group) ?? []).filter(statement => statement.spans.some(span => span.names.includes(name)));
const LABELS = { class: "classes", instrument: "instruments", type: "types" };
const layerLabel = (layer, code) => layer === "status" ? t(`status_${code}`) : label(LABELS[layer], code);

// Numbers as a paper prints them.
const share = value => `${(100 * value).toFixed(value < 0.0995 && value > 0 ? 1 : 0)}%`;
const points = value => (100 * Math.abs(value)).toFixed(0);
const signed = value => `${value < 0 ? "−" : "+"}${points(value)}`;
const whole = value => (100 * value).toFixed(0).replace("-", "−");
const range = (low, high) => t("range", { low: whole(low), high: whole(high) });
const pValue = value => value === null || value === undefined ? "—" : value < 0.001 ? "<0.001" : value.toFixed(value < 0.1 ? 3 : 2);
const named = (letter, value) => value !== null && value < 0.001 ? `${letter}\u00a0<\u00a00.001` : `${letter}\u00a0=\u00a0${pValue(value)}`;
const pText = value => named("p", value);
const qText = value => named("q", value);
const decimal = (value, digits = 2) => value === null || value === undefined ? "—" : value.toFixed(digits);
const number = value => value === null || value === undefined ? "" : value.toLocaleString("en", { maximumFractionDigits: 2 });
