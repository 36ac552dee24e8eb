// What the reader has asked for, and the part of the graph that answers it.
const DEFAULTS = { layer: "", report: -1, minimum: 0, stability: 0, most: raw.limit, colour: "type", search: "" };
const state = { view: "graph", ...DEFAULTS, kinds: new Set(TYPES), chosen: null, hovered: null, pinned: null, alone: null };
// A minimum of 0 leaves the choice to the page: as many edges as can be told apart, which is another count for each layer.
const leastCount = () => Math.max(state.minimum, 1);
const MOST_LEFT = 0.8;
const NEAREST = 12; // neighbours that come into the picture with a node that was looked up

const allowed = statement => (!state.layer || statement.kind === state.layer) && (state.report < 0 || statement.report === state.report);
const filtered = () => Boolean(state.layer) || state.report >= 0;
const evidence = item => filtered() ? item.statements.filter(allowed) : item.statements;
const weigh = edge => !edge.shares ? 0 : filtered() ? evidence(edge).length : edge.count;
const folded = text => text.toLowerCase();
const matches = name => !state.search || folded(name).includes(folded(state.search));

// A tie of a formula has no count of its own, so counts and stability don't hide it.
function passes(edge, weight) {
  if (!state.kinds.has(edge.a.kind) || !state.kinds.has(edge.b.kind)) return false;
  if (state.alone && edge.a !== state.alone && edge.b !== state.alone) return false;
  if (edge.part) return evidence(edge).length > 0;
  return weight >= leastCount() && edge.stability >= state.stability;
}

// The strongest edges whose ends are `most` nodes, and all edges among these; the same rule as in Python's strength_order.
function strongest() {
  const found = [];
  for (const edge of edges) {
    if (!edge.a.placed || !edge.b.placed) continue;
    const weight = weigh(edge);
    if (passes(edge, weight)) found.push({ edge, weight, rank: weight + edge.part });
  }
  found.sort((p, q) => q.rank - p.rank || q.edge.a.statements.length + q.edge.b.statements.length - p.edge.a.statements.length - p.edge.b.statements.length);
  const kept = new Set();
  const pinned = state.pinned;
  if (pinned) {
    const near = found.filter(({ edge }) => edge.a === pinned || edge.b === pinned).slice(0, NEAREST);
    for (const { edge } of near) kept.add(edge.a).add(edge.b);
    if (pinned.placed) kept.add(pinned);
  }
  for (const { edge } of found) {
    if (kept.size + !kept.has(edge.a) + !kept.has(edge.b) <= state.most) kept.add(edge.a).add(edge.b);
  }
  const lines = found.filter(({ edge }) => kept.has(edge.a) && kept.has(edge.b)).map(({ edge, weight }) => ({ edge, weight }));
  return { kept, lines: lines.reverse() }; // strong edges last, so that they lie on top
}

// Without its weakest edges, if there are too many to tell apart and nearly all nodes stay.
function thinned({ kept, lines }) {
  const least = leastCount();
  if (state.minimum || lines.length <= raw.lines) return { kept, lines, minimum: least };
  const weights = lines.map(({ weight }) => weight).sort((p, q) => q - p);
  const minimum = Math.min(weights[raw.lines] + 1, weights[0]);
  const strong = lines.filter(({ edge, weight }) => weight >= minimum || edge.part);
  const left = new Set(strong.flatMap(({ edge }) => [edge.a, edge.b]));
  if (state.pinned?.placed) left.add(state.pinned);
  return left.size < MOST_LEFT * kept.size ? { kept, lines, minimum: least } : { kept: left, lines: strong, minimum };
}

function scene() {
  const { kept, lines, minimum } = thinned(strongest());
  const shown = [...kept].map(node => ({ node, weight: evidence(node).length }));
  shown.sort((p, q) => q.weight - p.weight || p.node.index - q.node.index);
  for (const one of shown) one.r = Math.min(3.4 + 2.3 * Math.sqrt(Math.max(one.weight, 1)), 18);
  const near = new Map(shown.map(one => [one.node, new Set([one.node])]));
  for (const { edge } of lines) { near.get(edge.a).add(edge.b); near.get(edge.b).add(edge.a); }
  return { nodes: shown, edges: lines, near, minimum };
}

// How each thing looks now; both pictures and the exports draw by these.
const groupColour = node => node.community < 0 ? OTHER_COLOUR : COMMUNITY_COLOURS[node.community] ?? OTHER_COLOUR;
const ownColour = node => state.colour === "type" ? colour("types", node.kind) : groupColour(node);

function bright(node, picture) {
  const chosen = state.chosen;
  if (chosen?.node) return picture.near.get(chosen.node)?.has(node) ?? true;
  if (chosen?.edge) return chosen.edge.a === node || chosen.edge.b === node;
  return matches(node.name);
}

const picked = node => state.chosen?.node === node || state.chosen?.edge?.a === node || state.chosen?.edge?.b === node;

function nodeLook(node, picture) {
  const lit = bright(node, picture);
  return { lit, fill: lit ? ownColour(node) : mix(ownColour(node), PAPER, 0.8), ring: picked(node) || node === state.hovered ? INK : PAPER };
}

function edgeLook({ edge, weight }) {
  const chosen = state.chosen;
  const touched = chosen?.edge === edge || (chosen?.node && (edge.a === chosen.node || edge.b === chosen.node));
  const grey = mix("#c9ced4", "#76828e", Math.min(Math.sqrt(Math.max(weight - 1, 0)) / 3.2, 1));
  let tone = edge.part ? "#dba263" : state.layer ? mix(grey, colour("classes", state.layer), 0.4) : grey;
  if (touched) tone = mix(tone, INK, 0.3);
  else if (chosen?.node || chosen?.edge || (state.search && !(matches(edge.a.name) && matches(edge.b.name)))) tone = mix(tone, PAPER, 0.72);
  return { tone, width: 0.9 + 0.7 * Math.sqrt(Math.max(weight, 0.5)) + (touched ? 0.4 : 0), touched: Boolean(touched) };
}
