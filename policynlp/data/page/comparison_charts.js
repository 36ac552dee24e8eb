// Dots with their intervals, heat maps and the map: of plain elements, so that they fit any width and can be read aloud.
const across = (value, low, high) => `${100 * Math.min(1, Math.max(0, (value - low) / (high - low || 1)))}%`;

// A dot with its interval on a line from `from` to `to`; `zero` is where a line stands.
function interval(value, low, high, from, to, { tone = null, zero = null } = {}) {
  const at = one => across(one, from, to);
  return make("span", { class: "track", "aria-hidden": "true" },
    zero === null ? null : make("span", { class: "zero", style: { left: at(zero) } }),
    make("span", { class: "whisker", style: { left: at(low), width: `calc(${at(high)} - ${at(low)})`, background: tone } }),
    make("span", { class: "point", style: { left: at(value), background: tone } }));
}

function axis(from, to, show, steps = 4) {
  return make("div", { class: "row axis", "aria-hidden": "true" }, make("span"), make("span", { class: "track" },
    ...Array.from({ length: steps + 1 }, (_, i) => from + (to - from) * i / steps).map(value => make("span", { class: "tick", style: { left: across(value, from, to) }, text: show(value) }))), make("span"));
}

// A row of a chart is a button: it opens the statements that it counts.
function chartRow(name, track, text, show, { strong = false, pale = false } = {}) {
  return make("button", { type: "button", class: joined2("row", strong && "strong", pale && "pale"), on: { click: event => prove(show, event.currentTarget) } },
    make("span", { class: "name" }, make("bdi", { text: name })), track, make("span", { class: "figures", text }));
}

// The scale of an axis of shares: up to a round number.
const roundUp = value => [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1].find(step => value <= step + 1e-9) ?? 1;

// A table of coloured cells; `cellOf(row, column)` gives { text, fill, ink, show, pale, title } or null.
function heatMap(name, rows, columns, cellOf, { rowHead, marked = () => false, upright = true } = {}) {
  const head = make("tr", {}, make("td"), ...columns.map(column => make("th", { scope: "col", class: joined2(upright && "upright", marked(column) && "strong") }, make("bdi", { text: column }))));
  const lines = rows.map(row => make("tr", {}, make("th", { scope: "row", class: marked(row) ? "strong" : null }, ...rowHead(row)),
    ...columns.map(column => {
      const found = cellOf(row, column);
      if (!found) return make("td", { class: joined2("none", marked(column) && "strong") });
      const style = { background: found.fill, color: found.ink };
      return make("td", { class: joined2(found.pale && "unsure", marked(column) && "strong") },
        found.show ? make("button", { type: "button", style, title: found.title, "aria-label": found.title, tabindex: "-1", text: found.text, on: { click: event => prove(found.show, event.currentTarget) } })
          : make("span", { style, title: found.title, text: found.text }));
    })));
  const table = make("table", { class: "heat", "aria-label": name }, make("thead", {}, head), make("tbody", {}, ...lines));
  const settle = rove(table, "td button");
  settle();
  return table;
}

const DEEP = "#1b4f8f", WARM = "#b3561d";
const inkOn = strength => strength > 0.65 ? "#fff" : INK;

// Where groups and names lie; names that would cover another are left out.
function groupMap(points, width) {
  const height = Math.round(width * 0.72), pad = 46;
  const xs = points.map(point => point.x), ys = points.map(point => point.y);
  const [left, right, bottom, top] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const scale = Math.min((width - 2 * pad) / (right - left || 1), (height - 2 * pad) / (top - bottom || 1));
  const place = point => [width / 2 + (point.x - (left + right) / 2) * scale, height / 2 - (point.y - (bottom + top) / 2) * scale];
  const order = [...points].sort((p, q) => (q.name === state.focus) - (p.name === state.focus) || (q.kind === "group") - (p.kind === "group"));
  const taken = points.map(point => { const [x, y] = place(point); return [x - 5, y - 5, x + 5, y + 5]; });
  const marks = [], words = [], lines = [];
  for (const point of order) {
    const [x, y] = place(point), group = point.kind === "group", strong = point.name === state.focus, size = group ? 12 : 10.5;
    const tone = strong ? WARM : group ? DEEP : OTHER_COLOUR;
    marks.push(group ? draw("circle", { cx: x, cy: y, r: strong ? 6 : 4.5, fill: tone, "fill-opacity": point.quality < 0.2 && !strong ? 0.45 : 1 }) : draw("path", { d: `M${x - 3} ${y}h6M${x} ${y - 3}v6`, stroke: tone }));
    const text = shorten(point.name), wide = textWidth(text) * size;
    const spots = [7, 18, 30, 44].flatMap(far => [[x + far, y - size / 2], [x - far - wide, y - size / 2], [x - wide / 2, y - far - size], [x - wide / 2, y + far]].map(([a, b]) => [a, b, a + wide, b + size, far]));
    const box = spots.find(spot => spot[0] > 2 && spot[2] < width - 2 && spot[1] > 0 && spot[3] < height && !taken.some(other => spot[0] < other[2] && other[0] < spot[2] && spot[1] < other[3] && other[1] < spot[3]));
    if (!box) continue;
    taken.push(box);
    if (box[4] > 7) lines.push(draw("path", { d: `M${x} ${y}L${Math.min(Math.max(x, box[0]), box[2])} ${Math.min(Math.max(y, box[1]), box[3])}`, stroke: "#c9cdd1" }));
    words.push(draw("text", { x: box[0], y: box[3] - 1, "font-size": size, fill: strong ? WARM : group ? INK : SOFT, "font-weight": strong ? 600 : null, text }));
  }
  const [zeroX, zeroY] = place({ x: 0, y: 0 });
  return draw("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": t("map_title"), class: "map" },
    draw("path", { d: `M${zeroX} 0V${height}M0 ${zeroY}H${width}`, stroke: "#e3e3df" }), ...lines, ...marks, ...words);
}
