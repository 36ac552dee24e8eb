// The rows of the file as objects that know each other; columns as page_data.py and page_graph.py write them.
const statements = raw.statements.map((row, index) => {
  const [report, role, paragraph, path, marker, text, kind, score, cues, rule, instruments, uncertain, spans] = row;
  return {
    index, report, role: raw.roles[role], paragraph, path: raw.paths[path], marker, text, kind: CLASSES[kind], score: score / 100, cues,
    rule: raw.rules[rule], instruments: instruments.map(i => INSTRUMENTS[i]), uncertain: Boolean(uncertain), spans,
    counted: raw.roles[role] !== "title" && raw.roles[role] !== "boilerplate",
  };
});

// Places are made for a broad screen; a phone held upright gets a higher picture, with more room for names.
const UPRIGHT = narrow.matches && innerHeight > innerWidth ? 1.35 : 1;
const nodes = raw.nodes.map(([name, type, community, low, high, x, y], index) => (
  { index, name, label: shorten(name), kind: TYPES[type], community, low, high, x, y: y * UPRIGHT, placed: x !== undefined, statements: [], mentions: 0, edges: [] }));

for (const statement of statements) {
  if (!statement.counted) continue;
  for (const [, , , ...named] of statement.spans) for (const i of named) {
    nodes[i].mentions += 1;
    if (nodes[i].statements.at(-1) !== statement) nodes[i].statements.push(statement);
  }
}

const UNTIED = 0, ONLY_TIED = 2;
const edges = raw.edges.map(([a, b, tie, listed, stability, ...found]) => {
  const edge = { a: nodes[a], b: nodes[b], part: tie !== UNTIED, listed, stability, statements: found.map(i => statements[i]) };
  edge.shares = tie !== ONLY_TIED; // else only a formula joins the two
  edge.count = edge.shares ? found.length : 0;
  edge.a.edges.push(edge);
  edge.b.edges.push(edge);
  return edge;
});

const reports = raw.reports.map((report, index) => ({ ...report, index, own: statements.slice(...report.statements) }));
const several = reports.length > 1;
const formulas = raw.formulas.map(([expression, whole, at, complete, parts]) => ({
  expression, whole, statement: statements[at], complete, parts: parts.map(([key, members, place]) => ({ key, members, statement: statements[place] })),
}));
const nodeOf = new Map(nodes.map(node => [node.name, node]));
const hasStability = edges.some(edge => edge.stability > 0);
const other = (edge, node) => edge.a === node ? edge.b : edge.a;
const ofKind = (list, kind) => list.filter(statement => statement.kind === kind).length;
