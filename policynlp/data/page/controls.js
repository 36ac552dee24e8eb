// The panel of filters. Each control says in words what it does; a change redraws the picture and the tables.
const SIZES = [50, 100, 250, 500, 1000, 2000];
const placed = nodes.filter(node => node.placed).length;
const mostCount = edges.reduce((most, edge) => Math.max(most, edge.count), 1);

function set(changes) {
  Object.assign(state, changes);
  refresh();
  if (!state.minimum) showMinimum();
}

// Say which minimum the page has chosen.
function showMinimum() {
  const field = element("minimum");
  if (!field) return;
  field.value = shown.minimum;
  field.setAttribute("aria-valuetext", String(shown.minimum));
  field.parentElement.querySelector("output").textContent = shown.minimum;
}

function controls() {
  fill("controls",
    searchField("search"),
    choice("layer", ["", ...CLASSES.filter(kind => kind !== "OTHER")].map(kind => [kind, kind ? label("classes", kind) : t("all")])),
    several ? reportField() : null,
    typeField(),
    slider("minimum", t("min_count"), 1, mostCount, value => String(value || shown.minimum)),
    hasStability ? slider("stability", t("min_stability"), 0, 100, value => `${value}%`, t("stability_note")) : null,
    sizeField(),
    choice("colour", [["type", t("type")], ["community", t("community")]]),
    button(t("reset"), reset, { class: "wide" }));
}

function searchField(id) {
  const field = make("input", { type: "search", id, placeholder: t("search"), "aria-label": t("search"), value: state.search, autocomplete: "off", spellcheck: "false" });
  field.addEventListener("input", () => set({ search: field.value.trim(), chosen: null }));
  return field;
}

// A row of exclusive buttons, as native radio buttons so that the keyboard works as everywhere.
function choice(key, choices) {
  return make("fieldset", { class: "choice" }, make("legend", { text: t(key) }), make("div", {}, ...choices.map(([value, text]) => make("label", {},
    make("input", { type: "radio", name: key, value, checked: state[key] === value, on: { change: () => set({ [key]: value }) } }), make("span", { text })))));
}

function reportField() {
  const field = make("select", { class: "report", "aria-label": t("report"), on: { change: () => set({ report: Number(field.value) }) } },
    option(-1, t("all_reports", { count: reports.length }), state.report < 0), ...reports.map(report => option(report.index, report.name, state.report === report.index)));
  return make("label", { class: "field" }, make("span", { text: t("report") }), field);
}

function typeField() {
  const counts = Object.fromEntries(TYPES.map(code => [code, 0]));
  for (const node of nodes) counts[node.kind] += 1;
  const toggle = code => event => {
    if (event.target.checked) state.kinds.add(code); else state.kinds.delete(code);
    refresh();
  };
  return make("fieldset", { class: "types" }, make("legend", { text: t("type") }), ...TYPES.filter(code => counts[code]).map(code => make("label", {},
    make("input", { type: "checkbox", value: code, checked: state.kinds.has(code), on: { change: toggle(code) } }),
    dot(colour("types", code)), make("span", { text: label("types", code) }), make("span", { class: "number", text: counts[code] }))));
}

function slider(key, title, low, high, words, note = null) {
  const value = make("output", { text: words(state[key]) });
  const field = make("input", { type: "range", id: key, min: low, max: high, step: 1, "aria-label": title, "aria-valuetext": words(state[key]), disabled: low === high });
  field.value = state[key] || shown[key] || 0;
  field.addEventListener("input", () => {
    value.textContent = words(Number(field.value));
    field.setAttribute("aria-valuetext", value.textContent);
    set({ [key]: Number(field.value) });
  });
  return make("label", { class: "field", title: note }, make("span", {}, title, value), field);
}

function sizeField() {
  const sizes = [...new Set([...SIZES.filter(size => size < placed), Math.min(state.most, placed), placed])].sort((a, b) => a - b);
  const field = make("select", { id: "most", on: { change: () => set({ most: Number(field.value) }) } },
    ...sizes.map(size => option(size, size === placed ? t("all_nodes", { count: size }) : t("strongest", { count: size }), size === Math.min(state.most, placed))));
  return make("label", { class: "field" }, make("span", { text: t("in_picture") }), field);
}

function reset() {
  state.kinds = new Set(TYPES);
  set({ ...DEFAULTS, chosen: null, pinned: null, alone: null });
  controls();
  toolsOfTables();
  picture.fit();
}
