// The text of a report, coloured by class, with its outline.
let open = 0; // the report on show
const hiddenClasses = new Set(["OTHER"]);
let settleBody = () => {};

function refreshReport() {
  const report = reports[open];
  fill("chooser", several ? make("label", { class: "field" }, make("span", { text: t("report") }), chooser()) : null);
  fill("report-head", make("h2", {}, make("bdi", { text: report.name })), make("p", { class: "soft" }, make("bdi", { text: joined(report.source, report.published, t("characters", { count: report.characters })) })));
  classSwitches(report);
  if (report.own.some(statement => statement.text === null)) {
    fill("contents");
    fill("body", make("p", { class: "soft", text: t("report_left_out", { count: raw.left_out }) }));
    return;
  }
  fill("contents", ...report.contents.map(([depth, at]) => outlineEntry(depth, statements[at])));
  fill("body", ...paragraphs(report));
  settleBody();
  settleContents();
}

function chooser() {
  const field = make("select", { id: "open-report", on: { change: () => { open = Number(field.value); refreshReport(); element("main").scrollTop = 0; } } },
    ...reports.map(report => option(report.index, report.name, report.index === open)));
  return field;
}

function outlineEntry(depth, statement) {
  return namedButton(`${statement.marker}${statement.text}`, () => goTo(statement), { class: `depth-${Math.min(depth, 3)}` });
}

function classSwitches(report) {
  const counted = report.own.filter(statement => statement.counted);
  fill("classes", ...CLASSES.map(kind => button("", event => {
    if (hiddenClasses.has(kind)) hiddenClasses.delete(kind); else hiddenClasses.add(kind);
    event.currentTarget.setAttribute("aria-pressed", String(!hiddenClasses.has(kind)));
    paintClasses();
  }, { "aria-pressed": String(!hiddenClasses.has(kind)), "data-kind": kind })));
  for (const item of element("classes").children) {
    const kind = item.dataset.kind, count = ofKind(counted, kind);
    item.append(dot(colour("classes", kind)), label("classes", kind), make("span", { class: "number", text: `${count} · ${percent(count, counted.length)}` }));
  }
  element("classes").append(make("span", { class: "soft", text: t("uncertain_note") }));
  paintClasses();
}

function paintClasses() {
  for (const kind of CLASSES) element("body").classList.toggle(`no-${kind}`, hiddenClasses.has(kind));
}

function paragraphs(report) {
  const lines = [];
  let paragraph = null;
  for (const statement of report.own) {
    if (statement.paragraph !== paragraph || !lines.length) {
      paragraph = statement.paragraph;
      lines.push(make("p", { class: statement.counted ? statement.role === "heading" ? `heading depth-${Math.min(statement.path.length, 3)}` : null : "furniture" }));
    }
    lines.at(-1).append(...(statement.counted ? [statement.marker, sentence(statement)] : [make("bdi", { text: statement.text })]));
  }
  return lines;
}

function sentence(statement) {
  const words = cut(statement, statement.spans, (text, span) => make("span", { class: "e", text, title: entityTitle(span) }));
  return make("span", {
    class: `s ${statement.kind}${statement.uncertain ? " uncertain" : ""}${statement.role === "runin_heading" ? " runin" : ""}`, role: "button", tabindex: "-1",
    "data-index": statement.index, title: joined(label("classes", statement.kind), ...statement.instruments.map(code => label("instruments", code)), statement.uncertain && t("uncertain")),
  }, ...words);
}

function entityTitle([, , type, ...found]) {
  return `${label("types", TYPES[type])}${found.length ? `: ${found.map(i => nodes[i].name).join(t("comma"))}` : ""}`;
}

function bodyEvents() {
  const chosen = event => {
    const span = event.target.closest(".s");
    if (!span || String(getSelection())) return;
    light(span);
    proveStatement(statements[Number(span.dataset.index)]);
  };
  element("body").addEventListener("click", chosen);
  element("body").addEventListener("keydown", event => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    chosen(event);
  });
  settleBody = rove(element("body"), ".s");
}

function light(span) {
  for (const lit of element("body").querySelectorAll(".lit")) lit.classList.remove("lit");
  span.classList.add("lit");
}

// Bring a statement of the open report into sight.
function goTo(statement) {
  const span = element("body").querySelector(`[data-index="${statement.index}"]`);
  if (!span) return;
  light(span);
  span.scrollIntoView({ block: "center", behavior: still.matches ? "auto" : "smooth" });
  span.focus({ preventScroll: true });
}

function openStatement(statement) {
  open = statement.report;
  view("report");
  if (narrow.matches) element("evidence").classList.remove("open");
  goTo(statement);
}
