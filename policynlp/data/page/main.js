// Puts the parts together: views, language, and what a change of the filters redraws.
const VIEWS = ["graph", "report", "tables", "overview"];
const REFRESH = { graph: refreshGraph, report: refreshReport, tables: refreshTables, overview: refreshOverview };
const settleList = rove(element("list"), "button");
const settleContents = rove(element("contents"), "button");
for (const id of ["tabs", "table-tabs"]) rove(element(id), "[role=tab]");

function view(name, focus = false) {
  state.view = name;
  for (const one of VIEWS) element(`view-${one}`).hidden = one !== name;
  document.body.dataset.view = name;
  tabs("tabs", VIEWS, name, one => view(one, true), one => `view-${one}`);
  if (focus) element(`tab-${name}`).focus();
  if (name === "graph") controls();
  if (name === "tables") toolsOfTables();
  REFRESH[name]();
}

function refresh() {
  if (state.view === "tables") refreshTables();
  refreshGraph();
}

function words() {
  document.documentElement.lang = lang === "zh" ? "zh-CN" : lang;
  document.title = t("title", { name: raw.title[lang] });
  element("heading").textContent = raw.title[lang];
  for (const node of document.querySelectorAll("[data-t]")) node.textContent = t(node.dataset.t);
  for (const node of document.querySelectorAll("[data-label]")) node.setAttribute("aria-label", t(node.dataset.label));
  element("language").textContent = t("language");
  element("language").lang = lang === "zh" ? "en" : "zh-CN";
  for (const [attribute, text] of [["aria-label", t("close")], ["title", t("close")]]) element("close").setAttribute(attribute, text);
  element("close").textContent = "×";
  tools();
  refreshGraph();
  view(state.view);
  if (proof) prove(proof); else forget();
}

function start() {
  startPicture();
  bodyEvents();
  element("language").addEventListener("click", () => { lang = lang === "zh" ? "en" : "zh"; words(); });
  element("skip").addEventListener("click", () => element("main").querySelector("[role=tabpanel]:not([hidden]) button, [role=tabpanel]:not([hidden]) input").focus());
  element("close").addEventListener("click", letGo);
  element("canvas").addEventListener("keydown", graphKeys);
  document.addEventListener("keydown", event => { if (event.key === "Escape" && proof) letGo(); });
  element("filters").open = !narrow.matches;
  words();
  document.body.dataset.ready = "true";
  performance.mark("policynlp-ready");
}

// Names in the picture are drawn on a canvas, which does not wait for a font by itself.
document.fonts.load(`12px "PolicySans"`, "基").then(start, start);
