// The graph on the screen: which picture draws it, what a click finds, the list of its names, and its keys.
const REACH = 7; // pixels within which a click finds something
const LISTED = 300;
let picture = null, shown = null;

function openPicture(Kind) {
  picture?.close();
  const host = element("canvas");
  picture = new Kind(host, { click: pick, hover });
  host.dataset.drawn = picture.kind;
  if (shown) picture.show(shown);
}

function startPicture() {
  try {
    openPicture(canDraw() ? GlPicture : SvgPicture);
  } catch {
    element("canvas").replaceChildren();
    picture = null;
    openPicture(SvgPicture);
  }
  // A driver may take WebGL away while the page is open; the event comes only to the canvas itself.
  element("canvas").addEventListener("webglcontextlost", () => { if (picture.kind === "webgl") openPicture(SvgPicture); }, true);
}

function refreshGraph() {
  shown = scene();
  picture.show(shown);
  fillList();
  fillLegend();
  element("status").textContent = shown.nodes.length
    ? t("status", { nodes: shown.nodes.length, edges: shown.edges.length, all: nodes.length, lines: edges.length })
    : t("nothing_shown");
}

// The node under a point, else the edge; dots are found before lines.
function find(x, y) {
  const screen = picture.screen();
  let best = null, least = REACH;
  for (const { node } of shown.nodes) {
    const [left, top, r] = screen(node);
    const far = Math.hypot(left - x, top - y) - r;
    if (far < least) { least = far; best = { node }; }
  }
  if (best) return best;
  least = REACH;
  for (const { edge } of shown.edges) {
    const far = distance(x, y, screen(edge.a), screen(edge.b));
    if (far <= least) { least = far; best = { edge }; }
  }
  return best;
}

function distance(x, y, [ax, ay], [bx, by]) {
  const [dx, dy] = [bx - ax, by - ay];
  const along = Math.min(Math.max(((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1), 0), 1);
  return Math.hypot(ax + along * dx - x, ay + along * dy - y);
}

function pick(x, y) {
  choose(find(x, y));
}

function hover(x, y) {
  const found = find(x, y);
  element("canvas").classList.toggle("over", Boolean(found));
  const node = found?.node ?? null;
  if (node === state.hovered) return;
  state.hovered = node;
  picture.restyle();
}

// Choose a node or an edge: light it up and show the statements behind it; nothing: let go.
function choose(found) {
  const had = state.chosen;
  state.chosen = found;
  const outside = found?.node && !shown.near.has(found.node);
  if (!found && had) forget();
  if (found?.node) prove(() => proveNode(found.node));
  if (found?.edge) prove(() => proveEdge(found.edge));
  if (outside && found.node.placed) {
    state.pinned = found.node;
    refreshGraph();
  } else picture.restyle();
  markList();
}

function letGo() {
  choose(null);
  forget();
}

function isolate(node) {
  state.alone = state.alone === node ? null : node;
  state.pinned = state.alone;
  refreshGraph();
  picture.fit();
  prove(proof);
}

// The names in the picture as a list: what the picture says to those who don't see it, and a way in by keyboard.
function fillList() {
  const inside = shown.nodes.filter(({ node }) => matches(node.name)).map(({ node, weight }) => ({ node, weight }));
  const outside = state.search ? nodes.filter(node => !shown.near.has(node) && state.kinds.has(node.kind) && matches(node.name) && evidence(node).length) : [];
  const all = [...inside, ...outside.map(node => ({ node, weight: evidence(node).length, away: true }))];
  element("shown-title").textContent = state.search ? t("found", { count: all.length }) : t("in_picture_count", { count: all.length });
  fill("list", ...all.slice(0, LISTED).map(({ node, weight, away }) => make("li", { class: away ? "away" : null, title: away ? t("not_in_picture") : null },
    nameButton(node, () => lookUp(node), { "data-node": node.index }), make("span", { class: "number", text: weight }))),
  all.length > LISTED ? make("li", { class: "soft", text: t("further", { count: all.length - LISTED }) }) : null);
  markList();
  settleList();
}

function markList() {
  for (const item of element("list").querySelectorAll("button")) {
    if (Number(item.dataset.node) === state.chosen?.node?.index) item.setAttribute("aria-current", "true");
    else item.removeAttribute("aria-current");
  }
}

function lookUp(node) {
  choose({ node });
  if (!node.placed) return;
  if (narrow.matches) element("canvas").scrollIntoView({ block: "center" });
  picture.centre(node, narrow.matches ? picture.size().height / 4 : 0); // the sheet of evidence covers the lower half of a phone
}

function fillLegend() {
  const found = new Set(shown.nodes.map(({ node }) => state.colour === "type" ? node.kind : node.community < COMMUNITY_COLOURS.length ? node.community : -1));
  const entry = (tone, text) => make("span", {}, dot(tone), make("bdi", { text }));
  const kinds = TYPES.filter(code => found.has(code)).map(code => entry(colour("types", code), label("types", code)));
  const groups = COMMUNITY_COLOURS.map((tone, i) => found.has(i) ? entry(tone, communityName(i)) : null).filter(Boolean);
  if (state.colour !== "type" && found.has(-1)) groups.push(entry(OTHER_COLOUR, t("other_communities")));
  const tied = shown.edges.some(({ edge }) => edge.part) ? make("span", {}, make("span", { class: "line", "aria-hidden": "true" }), t("part_of")) : null;
  fill("legend", ...(state.colour === "type" ? kinds : groups), tied);
}

// A community goes by the name of its strongest node.
const communityName = number => { const first = nodes.find(node => node.community === number); return t("community_of", { name: first.label }); };

function tools() {
  const steps = [["+", "zoom_in", () => picture.zoom(1.5)], ["−", "zoom_out", () => picture.zoom(1 / 1.5)], ["⤢", "fit", () => picture.fit()]];
  const files = [["PNG", savePng], ["SVG", saveSvg], [`CSV ${t("entities")}`, saveShownNodes], [`CSV ${t("edges")}`, saveShownEdges]];
  fill("tools", ...steps.map(([text, name, action]) => button(text, action, { "aria-label": t(name), title: t(name) })),
    make("details", { class: "menu" }, make("summary", { text: t("export") }), make("div", {}, ...files.map(([text, action]) => button(text, action)))));
}

const KEYS = {
  ArrowLeft: () => picture.pan(-80, 0), ArrowRight: () => picture.pan(80, 0), ArrowUp: () => picture.pan(0, -80), ArrowDown: () => picture.pan(0, 80),
  "+": () => picture.zoom(1.5), "=": () => picture.zoom(1.5), "-": () => picture.zoom(1 / 1.5), 0: () => picture.fit(), Escape: () => choose(null),
};

function graphKeys(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || !KEYS[event.key]) return;
  event.preventDefault();
  KEYS[event.key]();
}
