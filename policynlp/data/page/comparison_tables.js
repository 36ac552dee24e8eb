// Tables that sort and search; a column is { key, title, value, cell, number, wide }.
const ROWS = 30; // rows shown at once
const kept = new Map(); // table -> how it is sorted and what is searched, so that a change of language keeps it

function grid(name, columns, rows, { search = null, first = null, size = ROWS, tools = [], caption = "" } = {}) {
  const settings = kept.get(name) ?? kept.set(name, { sort: first, text: "" }).get(name);
  const box = make("div", { class: "grid" }), body = make("tbody"), rest = make("p", { class: "soft" });
  const head = make("tr", {});
  const redraw = () => {
    const wanted = settings.text.trim().toLowerCase();
    const found = sortRows(rows.filter(row => !wanted || search(row).toLowerCase().includes(wanted)), columns, settings.sort);
    head.replaceChildren(...columns.map(column => heading(column, settings, redraw)));
    body.replaceChildren();
    const more = at => {
      body.append(...found.slice(at, at + size).map(row => make("tr", {}, ...columns.map(column => tableCell(column, row)))));
      const left = found.length - at - size;
      rest.replaceChildren(left > 0 ? button(t("more", { count: left }), () => more(at + 4 * size), { class: "more" }) : t("rows", { count: found.length }));
      if (left > 0) rest.append(" ", t("rows", { count: found.length }));
    };
    more(0);
  };
  redraw();
  const field = search && make("input", { type: "search", value: settings.text, placeholder: t("search"), "aria-label": t("search"), on: { input: event => { settings.text = event.target.value; redraw(); } } });
  if (field || tools.length) box.append(make("div", { class: "tools" }, field, ...tools));
  box.append(make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption }, make("table", { "aria-label": caption }, make("thead", {}, head), body)), rest);
  return box;
}

function sortRows(rows, columns, sort) {
  const column = sort && columns.find(one => one.key === sort[0]);
  if (!column) return rows;
  const order = new Intl.Collator(lang === "zh" ? "zh" : "en");
  const keyed = rows.map(row => [row, column.value(row)]);
  const empty = value => value === null || value === undefined || value === "";
  keyed.sort(([, p], [, q]) => empty(p) || empty(q) ? empty(p) - empty(q) : (sort[1] ? -1 : 1) * (typeof p === "number" && typeof q === "number" ? p - q : order.compare(String(p), String(q))));
  return keyed.map(([row]) => row);
}

function heading(column, settings, redraw) {
  const [key, down] = settings.sort ?? [];
  const sort = event => {
    const row = event.currentTarget.closest("tr");
    settings.sort = [column.key, key === column.key ? !down : Boolean(column.number)];
    redraw();
    row.querySelector(`[data-column="${column.key}"]`)?.focus();
  };
  return make("th", { scope: "col", class: joined2(column.number && "number", column.upright && "upright"), "aria-sort": key === column.key ? down ? "descending" : "ascending" : "none" },
    make("button", { type: "button", "data-column": column.key, on: { click: sort } }, make("bdi", { text: column.title ?? t(column.key) })));
}

function tableCell(column, row) {
  const content = column.cell ? column.cell(row) : make("bdi", { text: column.value(row) ?? "" });
  return make(column.head ? "th" : "td", { scope: column.head ? "row" : null, class: joined2(column.number && "number", column.wide && "wide", column.style) }, ...[].concat(content));
}

const joined2 = (...parts) => parts.filter(Boolean).join(" ") || null;

// A list of choices in a bar of tools.
function chooser(key, options, current, choose) {
  return make("label", { class: "choice" }, make("span", { text: t(key) }), make("select", { "data-choice": key, on: { change: event => choose(event.target.value) } },
    ...options.map(([value, text]) => option(value, text, value === current))));
}

// The head of a section: its title, and one sentence on how to read it.
function section(id, note, ...content) {
  fill(id, make("h2", { id: `title-${id}`, text: t(id) }), note ? make("p", { class: "note", text: note }) : null, ...content);
  element(id).setAttribute("aria-labelledby", `title-${id}`);
}
