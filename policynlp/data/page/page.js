"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const byId = new Map(data.statements.map(s => [s.id, s]));
  const SVG = "http://www.w3.org/2000/svg";
  let lang = data.lang;
  const state = { kinds: new Set(Object.keys(data.types)), layer: "", minimum: 1, search: "", sort: { key: "count", down: true } };
  const t = key => data.messages[lang][key] ?? key;
  const label = (table, code) => (data[table][code] ?? { zh: code, en: code })[lang];
  const colour = (table, code) => (data[table][code] ?? {}).colour ?? "#8a8a8a";

  // Text from a report reaches the page by textContent and setAttribute alone, never as markup.
  function make(tag, options = {}, ...children) {
    const node = options.svg ? document.createElementNS(SVG, tag) : document.createElement(tag);
    for (const [key, value] of Object.entries(options)) {
      if (key === "svg") continue;
      if (key === "text") node.textContent = value;
      else if (key === "on") for (const [event, action] of Object.entries(value)) node.addEventListener(event, action);
      else if (key === "style") Object.assign(node.style, value);
      else node.setAttribute(key, value);
    }
    node.append(...children);
    return node;
  }
  const press = action => ({ click: action, keydown: e => { if (e.key === "Enter" || e.key === " ") { e.preventDefault(); action(e); } } });
  const fill = (id, ...children) => document.getElementById(id).replaceChildren(...children);

  function marked(statement, names) {
    const spans = statement.entities.filter(e => e.names.some(n => names.has(n)));
    const parts = []; let at = 0;
    for (const e of spans) {
      if (e.start < at) continue;
      parts.push(document.createTextNode(statement.text.slice(at, e.start)), make("mark", { text: statement.text.slice(e.start, e.end) }));
      at = e.end;
    }
    parts.push(document.createTextNode(statement.text.slice(at)));
    return parts;
  }

  function prove(title, ids, names = new Set()) {
    const proofs = ids.map(id => byId.get(id)).filter(Boolean).map(s => make("div",
      { class: "proof", tabindex: "0", style: { borderColor: colour("classes", s.kind) }, on: press(() => show(s.id)) },
      make("small", { text: [label("classes", s.kind), ...s.instruments.map(i => label("instruments", i)), s.uncertain ? t("uncertain") : "", s.section.join(" › ")].filter(Boolean).join(" · ") }),
      ...marked(s, names),
      make("small", { text: s.cues.length ? `${t("cues")}: ${s.cues.join("、")} · ${t("score")} ${s.score.toFixed(2)} (${s.rule})` : "" })));
    fill("proof", make("h3", { text: `${title} (${proofs.length})` }), ...proofs);
    document.querySelector("#evidence .hint").hidden = true;
    document.getElementById("evidence").scrollTop = 0;
  }

  function show(id) {
    for (const lit of document.querySelectorAll(".lit")) lit.classList.remove("lit");
    const target = document.querySelector(`.s[data-id="${CSS.escape(id)}"]`);
    if (target) { target.classList.add("lit"); target.scrollIntoView({ block: "center" }); }
  }

  function bars(title, table, counts, total, select) {
    const rows = Object.entries(counts).sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
    const most = Math.max(1, ...rows.map(r => r[1]));
    return make("div", {}, make("h3", { text: title }), ...rows.map(([code, n]) => make("button",
      { class: "bar", type: "button", on: { click: () => prove(label(table, code), select(code)) } },
      make("span", { text: label(table, code), title: code }),
      make("span", { class: "track" }, make("span", { class: "fill", style: { width: `${100 * n / most}%`, background: colour(table, code) } })),
      make("span", { text: total ? `${n} · ${(100 * n / total).toFixed(0)}%` : `${n}` }))));
  }

  function overview() {
    const facts = [["zone", data.report.zone], ["year", data.report.year], ["source", data.report.source], ["published", data.report.published]].filter(f => f[1]);
    for (const d of data.report.duplicates) facts.push(["duplicates", t("duplicates_note").replace("{lines}", d)]);
    fill("facts", ...facts.map(([key, value]) => make("div", {}, make("dt", { text: t(key) }), make("dd", { text: String(value) }))));
    const body = data.statements.filter(s => s.role !== "title" && s.role !== "boilerplate");
    const count = (items, key) => items.reduce((c, i) => { for (const k of [].concat(key(i))) c[k] = (c[k] ?? 0) + 1; return c; }, {});
    const measures = body.filter(s => s.kind === "MEASURE");
    const nodes = data.graph.nodes;
    fill("bars",
      bars(t("class"), "classes", count(body, s => s.kind), body.length, code => body.filter(s => s.kind === code).map(s => s.id)),
      bars(t("instrument"), "instruments", count(measures, s => s.instruments.slice(0, 1)), measures.length, code => measures.filter(s => s.instruments[0] === code).map(s => s.id)),
      bars(t("type"), "types", count(nodes, n => n.kind), 0, code => [...new Set(nodes.filter(n => n.kind === code).flatMap(n => n.statements))]));
  }

  function weight(edge) { return state.layer ? edge[state.layer] : edge.count; }
  function visible(edge) { return state.layer ? weight(edge) >= state.minimum : edge.part || weight(edge) >= state.minimum; }

  function controls() {
    const most = Math.max(1, ...data.graph.edges.map(e => e.count));
    const chips = Object.keys(data.types).map(code => make("label", { class: "chip" },
      make("input", Object.assign({ type: "checkbox", on: { change: e => { e.target.checked ? state.kinds.add(code) : state.kinds.delete(code); graph(); table(); } } }, state.kinds.has(code) ? { checked: "" } : {})),
      make("span", { class: "dot", style: { background: colour("types", code) } }), make("span", { text: label("types", code) })));
    const layers = [["", t("all_layers")], ["goals", label("classes", "GOAL")], ["measures", label("classes", "MEASURE")], ["institutions", label("classes", "INSTITUTION")]];
    const select = make("select", { id: "layer", on: { change: e => { state.layer = e.target.value; graph(); } } },
      ...layers.map(([value, text]) => make("option", Object.assign({ value, text }, value === state.layer ? { selected: "" } : {}))));
    const slider = make("input", { id: "minimum", type: "range", min: "1", max: String(most), step: "1", value: String(state.minimum), on: { input: e => { state.minimum = +e.target.value; shown.textContent = e.target.value; graph(); } } });
    const shown = make("span", { text: String(state.minimum) });
    const search = make("input", { type: "search", id: "search", placeholder: t("search"), "aria-label": t("search"), value: state.search, on: { input: e => { state.search = e.target.value.trim(); graph(); table(); } } });
    fill("controls", search, make("label", {}, t("layer"), select), make("label", {}, t("min_count"), slider, shown), ...chips);
  }

  function matches(node) { return !state.search || node.name.toLowerCase().includes(state.search.toLowerCase()); }

  function graph() {
    const placed = new Map(data.graph.nodes.filter(n => n.x !== null && state.kinds.has(n.kind)).map(n => [n.name, n]));
    const edges = data.graph.edges.filter(e => placed.has(e.a) && placed.has(e.b) && visible(e));
    const { width, height } = data.graph;
    const svg = make("svg", { svg: true, viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": t("graph") });
    const near = name => new Set([name, ...edges.filter(e => e.a === name || e.b === name).flatMap(e => [e.a, e.b])]);
    const groups = new Map();
    const lines = [];
    const choose = name => {
      const close = near(name);
      for (const [other, g] of groups) { g.classList.toggle("faded", !close.has(other)); g.classList.toggle("chosen", other === name); }
      for (const [e, line] of lines) line.classList.toggle("faded", e.a !== name && e.b !== name);
      const node = placed.get(name);
      prove(`${node.name} · ${label("types", node.kind)}`, node.statements, new Set([name]));
    };
    for (const e of edges) {
      const a = placed.get(e.a), b = placed.get(e.b);
      const ends = { x1: a.x, y1: a.y, x2: b.x, y2: b.y };
      const line = make("line", { svg: true, class: e.part ? "edge part" : "edge", "stroke-width": (0.6 + 1.1 * Math.max(weight(e) - e.enumerated / 2, 0.5)).toFixed(2), ...ends });
      const remark = [`${weight(e)} ${t("shared")}`, e.part ? t("part_of") : "", e.enumerated === e.count && e.count ? t("enumerated") : ""].filter(Boolean).join(" · ");
      const touch = make("line", { svg: true, class: "touch", ...ends, on: { click: () => prove(`${e.a} — ${e.b} · ${remark}`, e.statements, new Set([e.a, e.b])) } }, make("title", { svg: true, text: `${e.a} — ${e.b}: ${remark}` }));
      lines.push([e, line]); svg.append(line, touch);
    }
    for (const [name, n] of placed) {
      if (!edges.some(e => e.a === name || e.b === name)) continue;
      const g = make("g", { svg: true, class: "node", tabindex: "0", role: "button", "aria-label": `${name}, ${label("types", n.kind)}, ${n.count}`, on: press(() => choose(name)) },
        make("circle", { svg: true, cx: n.x, cy: n.y, r: n.r, fill: colour("types", n.kind) }, make("title", { svg: true, text: `${name} · ${label("types", n.kind)} · ${n.count}` })),
        make("text", { svg: true, x: n.x, y: n.y + n.r + 13, text: name }));
      if (!matches(n)) g.classList.add("faded");
      groups.set(name, g); svg.append(g);
    }
    fill("canvas", svg);
  }

  function table() {
    const columns = [["name", n => n.name], ["type", n => label("types", n.kind)], ["count", n => n.count], ["mentions", n => n.mentions], ["goals", n => n.goals], ["measures", n => n.measures], ["institutions", n => n.institutions]];
    const titles = { goals: label("classes", "GOAL"), measures: label("classes", "MEASURE"), institutions: label("classes", "INSTITUTION") };
    const by = columns.find(c => c[0] === state.sort.key)[1];
    const sign = state.sort.down ? -1 : 1;
    const rows = data.graph.nodes.filter(n => state.kinds.has(n.kind) && matches(n)).sort((a, b) => {
      const x = by(a), y = by(b);
      return (typeof x === "number" ? x - y : x.localeCompare(y, "zh")) * sign || (a.name < b.name ? -1 : 1);
    });
    const head = make("tr", {}, ...columns.map(([key]) => make("th", { tabindex: "0", class: ["name", "type"].includes(key) ? "" : "number", text: (titles[key] ?? t(key)) + (state.sort.key === key ? (state.sort.down ? " ▾" : " ▴") : ""), "aria-sort": state.sort.key === key ? (state.sort.down ? "descending" : "ascending") : "none",
      on: press(() => { state.sort = { key, down: state.sort.key === key ? !state.sort.down : typeof columns.find(c => c[0] === key)[1](rows[0] ?? {}) === "number" }; table(); }) })));
    const lines = rows.map(n => make("tr", { tabindex: "0", on: press(() => prove(`${n.name} · ${label("types", n.kind)}`, n.statements, new Set([n.name]))) },
      ...columns.map(([key, get]) => key === "type"
        ? make("td", {}, make("span", { class: "dot", style: { background: colour("types", n.kind), marginRight: ".4rem" } }), get(n))
        : make("td", { class: typeof get(n) === "number" ? "number" : "", text: String(get(n)) }))));
    fill("entity-table", make("thead", {}, head), make("tbody", {}, ...lines));
  }

  function formulas() {
    document.getElementById("formulas").hidden = !data.formulas.length;
    const rows = data.formulas.map(f => make("tr", { tabindex: "0", on: press(() => prove(f.whole, [...new Set([f.statement, ...f.parts.map(p => p.statement)])], new Set([f.whole, ...f.parts.flatMap(p => p.members)]))) },
      make("td", { text: f.expression }), make("td", { text: f.whole === f.expression ? "" : f.whole }),
      make("td", { text: f.parts.map(p => `${p.key}: ${p.members.join("、")}`).join("；") }),
      make("td", { text: f.complete === null ? t("not_expanded") : f.complete ? t("complete") : t("incomplete") })));
    fill("formula-table", make("thead", {}, make("tr", {}, ...["formulas", "name", "members", "complete"].map(k => make("th", { text: t(k) })))), make("tbody", {}, ...rows));
  }

  function body() {
    fill("legend", ...Object.keys(data.classes).map(code => make("span", { class: "chip" }, make("span", { class: "dot", style: { background: colour("classes", code) } }), label("classes", code))),
      make("span", { text: `┄ ${t("uncertain")}` }));
    const lines = [];
    let paragraph = null;
    for (const s of data.statements) {
      const furniture = s.role === "title" || s.role === "boilerplate";
      if (s.paragraph !== paragraph) {
        lines.push(make("p", { class: furniture ? "furniture" : s.role === "heading" ? "heading" : "" }));
        paragraph = s.paragraph;
      }
      const line = lines[lines.length - 1];
      if (furniture) { line.append(s.text); continue; }
      if (s.marker) line.append(make("span", { class: "marker", text: s.marker }));
      const span = make("span", { class: s.uncertain ? "s uncertain" : "s", tabindex: "0", "data-id": s.id, style: { borderColor: colour("classes", s.kind) }, title: `${label("classes", s.kind)} ${s.score.toFixed(2)}`, on: press(() => prove(label("classes", s.kind), [s.id], new Set(s.entities.flatMap(e => e.names)))) });
      let at = 0;
      for (const e of s.entities) {
        if (e.start < at) continue;
        span.append(s.text.slice(at, e.start), make("span", { class: "e", style: { color: colour("types", e.kind) }, title: `${label("types", e.kind)}: ${e.names.join("、")}`, text: s.text.slice(e.start, e.end) }));
        at = e.end;
      }
      span.append(s.text.slice(at));
      line.append(span);
    }
    fill("body", ...lines);
  }

  function draw() {
    document.documentElement.lang = lang;
    document.getElementById("heading").textContent = data.report.name;
    fill("nav", ...["overview", "graph", "entities", "formulas", "text"].filter(k => k !== "formulas" || data.formulas.length).map(k => make("a", { href: `#${k}`, text: t(k) })));
    for (const node of document.querySelectorAll("[data-t]")) node.textContent = t(node.dataset.t);
    document.getElementById("language").textContent = t("language");
    document.getElementById("made").textContent = data.made[lang];
    overview(); controls(); graph(); table(); formulas(); body();
    fill("proof"); document.querySelector("#evidence .hint").hidden = false;
  }
  document.getElementById("language").addEventListener("click", () => { lang = lang === "zh" ? "en" : "zh"; draw(); });
  draw();
})();
