// The statements behind what was chosen, their words marked, and what else is known of it.
const STEP = 40; // statements shown at once
const NEIGHBOURS = 14;
let proof = null; // () => what to show; asked again when the language changes

function prove(show) {
  proof = show;
  const { title, facts = [], extra = [], list, names = new Set() } = show();
  const kept = list.filter(allowed), others = list.filter(statement => !allowed(statement));
  const cards = make("div", { class: "cards" });
  const more = from => {
    const next = [...kept, ...others].slice(from, from + STEP).map(statement => card(statement, names));
    if (others.length && from <= kept.length && kept.length < from + STEP) next.splice(kept.length - from, 0, make("p", { class: "soft", text: t("outside", { count: others.length }) }));
    cards.append(...next);
    const rest = list.length - from - STEP;
    if (rest > 0) cards.append(button(t("more", { count: rest }), event => { event.currentTarget.remove(); more(from + STEP); }, { class: "more" }));
  };
  more(0);
  const head = make("h3", { tabindex: "-1", id: "proof-title" }, ...title);
  fill("proof", head, ...facts.filter(Boolean).map(fact => make("p", { class: "fact" }, ...[].concat(fact))), ...extra,
    make("h4", { text: t("statements_behind", { count: list.length }) }), cards);
  element("evidence").scrollTop = 0;
  element("evidence").classList.add("open");
  say(`${head.textContent} ${t("statements_behind", { count: list.length })}`);
}

// Nothing is chosen: how to read the page, and the classes at a glance.
function forget() {
  proof = null;
  const list = statements.filter(statement => statement.counted);
  fill("proof", make("p", { class: "fact", text: t("evidence_hint") }), make("p", { class: "fact", text: t("reading") }),
    bars(t("class"), "classes", CLASSES, code => list.filter(statement => statement.kind === code), list.length));
  element("evidence").classList.remove("open");
}

function card(statement, names) {
  const tint = colour("classes", statement.kind);
  return make("article", { class: "card", style: { "border-color": tint } },
    make("p", { class: "tags" }, make("span", { class: "tag", style: { color: mix(tint, INK, 0.25), background: mix(tint, PAPER, 0.88) }, text: label("classes", statement.kind) }),
      joined(...statement.instruments.map(code => label("instruments", code)), statement.uncertain && t("uncertain"))),
    make("p", { class: "said" }, ...marked(statement, names)),
    make("p", { class: "soft" }, make("bdi", { text: joined(several && reports[statement.report].name, ...statement.path.slice(-1)) })),
    make("p", { class: "soft" }, reasons(statement), " ", statement.text === null ? "" : button(t("in_text"), () => openStatement(statement), { class: "link" })));
}

function reasons(statement) {
  const cues = statement.cues.length ? `${t("cues")} ${statement.cues.join(t("comma"))}` : "";
  return joined(cues, `${t("score")} ${statement.score.toFixed(2)}`);
}

// The text of a statement as nodes, the words of the chosen names marked.
function marked(statement, names) {
  if (statement.text === null) return [make("span", { class: "soft", text: t("text_left_out") })];
  const wanted = statement.spans.filter(([, , , ...found]) => found.some(i => names.has(nodes[i])));
  return cut(statement, wanted, (text, span) => make("mark", { text, title: label("types", TYPES[span[2]]) }));
}

function cut(statement, spans, dress) {
  const parts = [];
  let at = 0;
  for (const span of spans) {
    if (span[0] < at) continue;
    parts.push(statement.text.slice(at, span[0]), dress(statement.text.slice(span[0], span[1]), span));
    at = span[1];
  }
  parts.push(statement.text.slice(at));
  return parts;
}

const kindFacts = list => joined(...CLASSES.map(kind => ofKind(list, kind) && `${label("classes", kind)} ${ofKind(list, kind)}`));

function proveNode(node) {
  const near = node.edges.map(edge => ({ edge, weight: weigh(edge) })).filter(({ edge, weight }) => weight || edge.part).sort((p, q) => q.weight - p.weight).slice(0, NEIGHBOURS);
  return {
    title: [dot(colour("types", node.kind)), make("bdi", { text: node.name })],
    facts: [
      joined(label("types", node.kind), t("counted", { count: node.statements.length, mentions: node.mentions })),
      kindFacts(node.statements),
      node.low && hasStability ? t("rank_between", { low: node.low, high: node.high, all: nodes.length }) : "",
    ],
    extra: near.length ? [make("h4", { text: t("together_with") }), make("ul", { class: "near" }, ...near.map(({ edge, weight }) => make("li", {},
      nameButton(other(edge, node), () => choose({ edge })), make("span", { class: "soft", text: weight || t("part_of") })))),
      make("p", {}, button(state.alone === node ? t("show_all") : t("only_near"), () => isolate(node), { class: "link" }))] : [],
    list: node.statements,
    names: new Set([node]),
  };
}

function proveEdge(edge) {
  return {
    title: [dot(colour("types", edge.a.kind)), make("bdi", { text: edge.a.name }), " — ", dot(colour("types", edge.b.kind)), make("bdi", { text: edge.b.name })],
    facts: [
      joined(edge.count ? t("share_statements", { count: edge.count }) : "", edge.part && t("part_of"), edge.count && hasStability ? t("stable", { share: edge.stability }) : ""),
      edge.listed ? t("listed", { count: edge.listed }) : "",
      kindFacts(edge.statements),
    ],
    list: edge.statements,
    names: new Set([edge.a, edge.b]),
  };
}

// A group of statements under a heading, such as one class of a bar chart.
function proveGroup(title, list) {
  prove(() => ({ title: [title()], list }));
}

function proveStatement(statement) {
  prove(() => ({
    title: [label("classes", statement.kind)],
    facts: [joined(...statement.path)],
    list: [statement],
    names: new Set(statement.spans.flatMap(([, , , ...found]) => found.map(i => nodes[i]))),
    extra: namesIn(statement),
  }));
}

function namesIn(statement) {
  const found = [...new Set(statement.spans.flatMap(([, , , ...named]) => named))].map(i => nodes[i]);
  if (!found.length) return [];
  return [make("h4", { text: t("entities") }), make("ul", { class: "near" }, ...found.map(node => make("li", {},
    nameButton(node, () => choose({ node })), make("span", { class: "soft", text: label("types", node.kind) }))))];
}

const nameButton = (node, action, options = {}) => make("button", { type: "button", on: { click: action }, ...options }, dot(colour("types", node.kind)), make("bdi", { text: node.name }));
