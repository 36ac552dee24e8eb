// The current view as a picture or a table.
const SHARP = 3; // pixels of a PNG for each on the screen
const NOTE = 11;

function download(name, content, type) {
  const address = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type }));
  const link = make("a", { href: address, download: `${raw.title[lang]} ${name}`.replace(/[\\/:*?"<>|\u0000-\u001f\u202a-\u202e\u2066-\u2069]/g, "_") });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}

// The picture as plain marks, for every kind of file: lines, dots, names, and a legend below.
function marks() {
  const { width, height } = picture.size(), screen = picture.screen();
  const lines = shown.edges.map(line => { const [x1, y1] = screen(line.edge.a), [x2, y2] = screen(line.edge.b); return { x1, y1, x2, y2, ...edgeLook(line) }; });
  const dots = shown.nodes.map(({ node }) => { const [x, y, r] = screen(node), { fill: inside, ring } = nodeLook(node, shown); return { x, y, r, fill: inside, ring }; });
  const names = chooseLabels(shown, screen, width, height);
  const notes = [];
  let x = 14, y = height + 18;
  const place = (text, tone) => {
    const wide = textWidth(text) * NOTE + (tone ? 16 : 0);
    if (x > 14 && x + wide > width - 14) { x = 14; y += 18; }
    if (tone) dots.push({ x: x + 5, y: y - 4, r: 4.5, fill: tone, ring: PAPER });
    notes.push({ x: x + (tone ? 14 : 0), y, text });
    x += wide + 16;
  };
  for (const entry of element("legend").children) place(entry.textContent, getComputedStyle(entry.firstChild).backgroundColor);
  [x, y] = [14, y + 20];
  place(caption(), null);
  return { width, height, full: y + 12, lines, dots, names, notes };
}

function caption() {
  return joined(raw.title[lang], state.report >= 0 && reports[state.report].name, state.layer && label("classes", state.layer), shown.minimum > 1 && `${t("min_count")} ${shown.minimum}`,
    state.stability > 0 && `${t("min_stability")} ${state.stability}%`, t("status", { nodes: shown.nodes.length, edges: shown.edges.length, all: nodes.length, lines: edges.length }));
}

function saveSvg() {
  const { width, height, full, lines, dots, names, notes } = marks();
  const fixed = value => value.toFixed(2);
  const inside = draw("svg", { width, height, viewBox: `0 0 ${width} ${height}` },
    ...lines.map(({ x1, y1, x2, y2, tone, width: wide }) => draw("line", { x1: fixed(x1), y1: fixed(y1), x2: fixed(x2), y2: fixed(y2), stroke: tone, "stroke-width": fixed(wide) })));
  const circles = dots.map(({ x, y, r, fill: tone, ring }) => draw("circle", { cx: fixed(x), cy: fixed(y), r: fixed(r), fill: tone, stroke: ring, "stroke-width": 1.3 }));
  const words = names.map(({ node, x, y, size, strong }) => draw("text", { x: fixed(x), y: fixed(y), "font-size": fixed(size), "font-weight": strong ? 600 : null,
    "text-anchor": "middle", stroke: PAPER, "stroke-width": 3.5, "stroke-linejoin": "round", "paint-order": "stroke", fill: INK, text: node.label }));
  const below = notes.map(({ x, y, text }) => draw("text", { x: fixed(x), y: fixed(y), "font-size": NOTE, fill: SOFT, text }));
  const whole = draw("svg", { viewBox: `0 0 ${width} ${full}`, width, height: full, "font-family": FONT.replaceAll('"', "'") },
    draw("title", { text: caption() }), draw("rect", { width, height: full, fill: PAPER }), inside, ...circles, ...words, ...below);
  download(`${t("graph")}.svg`, `<?xml version="1.0" encoding="UTF-8"?>\n${clean(new XMLSerializer().serializeToString(whole))}`, "image/svg+xml");
}

// XML holds no control characters, whatever a report says.
const clean = text => text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd");

function savePng() {
  const { width, height, full, lines, dots, names, notes } = marks();
  const canvas = make("canvas", { width: width * SHARP, height: full * SHARP }), context = canvas.getContext("2d");
  context.scale(SHARP, SHARP);
  context.fillStyle = PAPER;
  context.fillRect(0, 0, width, full);
  context.save();
  context.beginPath();
  context.rect(0, 0, width, height);
  context.clip();
  for (const { x1, y1, x2, y2, tone, width: wide } of lines) {
    Object.assign(context, { strokeStyle: tone, lineWidth: wide });
    context.beginPath();
    context.moveTo(x1, y1);
    context.lineTo(x2, y2);
    context.stroke();
  }
  context.restore();
  for (const { x, y, r, fill: tone, ring } of dots) {
    Object.assign(context, { fillStyle: tone, strokeStyle: ring, lineWidth: 1.3 });
    context.beginPath();
    context.arc(x, y, r, 0, 7);
    context.fill();
    context.stroke();
  }
  paintLabels(context, names);
  Object.assign(context, { textAlign: "left", fillStyle: SOFT, font: `${NOTE}px ${FONT}` });
  for (const { x, y, text } of notes) context.fillText(text, x, y);
  canvas.toBlob(blob => download(`${t("graph")}.png`, blob), "image/png");
}

// Spreadsheets take a cell that begins like a formula for one, so it gets a quote in front.
function csv(rows) {
  const cell = value => {
    const text = typeof value === "string" && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return "\ufeff" + rows.map(row => row.map(cell).join(",")).join("\r\n") + "\r\n";
}

function saveRows(name, columns, rows) {
  const value = (column, row) => typeof column.value(row) === "number" && !column.text ? column.value(row) : textOf(column, row);
  download(`${t(name)}.csv`, csv([columns.map(titleOf), ...rows.map(row => columns.map(column => value(column, row)))]), "text/csv");
}

const saveTable = name => saveRows(name, COLUMNS[name], sortedRows(name));
const saveShownNodes = () => saveRows("entities", COLUMNS.entities, shown.nodes.map(({ node }) => node));
const saveShownEdges = () => saveRows("edges", COLUMNS.edges, shown.edges.map(({ edge }) => edge).reverse());
