// The statements behind what was chosen, with the words marked, the report and the section.
const STEP = 30; // statements shown at once
const AROUND = 12; // characters on either side of a word
let proof = null, opener = null; // what to show, asked again when the language changes; where the reader came from

function prove(show, from = document.activeElement) {
  proof = show;
  opener = from;
  const { title, facts = [], list, names = [], words = [], extra = [] } = show();
  const cards = make("div", {});
  const more = at => {
    cards.append(...list.slice(at, at + STEP).map(statement => card(statement, names, words)));
    const rest = list.length - at - STEP;
    if (rest > 0) cards.append(button(t("more", { count: rest }), event => { event.currentTarget.remove(); more(at + STEP); }, { class: "more" }));
  };
  more(0);
  const head = make("h3", { tabindex: "-1" }, make("bdi", { text: title }));
  fill("proof", head, ...facts.filter(Boolean).map(text => make("p", { class: "fact" }, make("bdi", { text }))), ...extra,
    list.length ? make("h4", { text: t("statements_behind", { count: list.length }) }) : null, cards);
  element("evidence").hidden = false;
  document.body.classList.add("proving");
  element("evidence").scrollTop = 0;
  head.focus({ preventScroll: true });
  say(`${title} ${t("statements_behind", { count: list.length })}`);
}

function letGo() {
  proof = null;
  element("evidence").hidden = true;
  document.body.classList.remove("proving");
  opener?.focus?.({ preventScroll: true });
}

function card(statement, names, words) {
  const tint = colour("classes", statement.kind);
  return make("article", { class: "card", style: { "border-color": tint } },
    make("p", { class: "tags" }, make("span", { style: { color: mix(tint, INK, 0.25) }, text: label("classes", statement.kind) }), " ",
      joined(...statement.instruments.map(code => label("instruments", code)))),
    make("p", { class: "said" }, ...marked(statement, names, words)),
    make("p", { class: "soft" }, make("bdi", { text: joined(statement.report.name, ...statement.path.slice(-2), statement.id) })));
}

// The text of a statement as nodes; what is marked are the mentions of the names, and every place of the words.
function marked(statement, names, words) {
  if (statement.text === null) return [make("span", { class: "soft", text: t("text_left_out") })];
  const spans = statement.spans.filter(span => span.names.some(name => names.includes(name))).map(({ start, end }) => [start, end]);
  for (const word of words.filter(Boolean)) spans.push(...findAll(statement.text, word).map(start => [start, start + word.length]));
  const parts = [];
  let at = 0;
  for (const [start, end] of spans.sort((p, q) => p[0] - q[0])) {
    if (start < at) continue;
    parts.push(statement.text.slice(at, start), make("mark", { text: statement.text.slice(start, end) }));
    at = end;
  }
  return [...parts, statement.text.slice(at)];
}

function findAll(text, word) {
  const found = [];
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) found.push(at);
  return found;
}

// Key word in context: one line a place, the word in the middle.
function concordance(list, word) {
  const lines = list.filter(statement => statement.text !== null).flatMap(statement => findAll(statement.text, word).map(at => [statement, at]));
  return make("table", { class: "kwic", "aria-label": t("concordance") }, make("tbody", {}, ...lines.slice(0, 200).map(([{ text }, at]) => make("tr", {},
    make("td", {}, make("bdi", { text: text.slice(Math.max(0, at - AROUND), at) })), make("td", {}, make("mark", { text: word })),
    make("td", {}, make("bdi", { text: text.slice(at + word.length, at + word.length + AROUND) }))))));
}

// A number or name that opens its statements.
function opens(text, show, options = {}) {
  return make("button", { type: "button", class: "link", ...options, on: { click: event => { event.stopPropagation(); prove(show, event.currentTarget); } } }, make("bdi", { text }));
}

const byNumber = numbers => (numbers ?? []).map(index => statements[index]).filter(Boolean);

function proveEntity(row) {
  return () => ({
    title: row.name, names: [row.name], list: byNumber(row.statements),
    facts: [joined(row.group, label("types", row.kind), t("said_in", { count: row.count })), sureText(row)],
  });
}

// All that name an entity, group by group.
function proveEverywhere(key, name) {
  const rows = entities.get(key) ?? [];
  return () => ({ title: name, names: [name], facts: [rows.map(row => `${row.group} ${row.count}`).join(t("comma"))], list: rows.flatMap(row => byNumber(row.statements)) });
}
