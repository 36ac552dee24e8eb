// Puts the parts together: focus, language, contents.
const SECTIONS = { answer, sample: sampleSection, profiles: profileSection, presence: presenceSection, specialisation: specialisationSection, keywords: keywordSection, likeness: likenessSection, reuse: reuseSection, years: yearSection, indicators: indicatorSection, methods: methodSection };

function words() {
  document.documentElement.lang = lang === "zh" ? "zh-CN" : lang;
  for (const node of document.querySelectorAll("[data-t]")) node.textContent = t(node.dataset.t);
  for (const node of document.querySelectorAll("[data-label]")) node.setAttribute("aria-label", t(node.dataset.label));
  element("language").textContent = t("language");
  element("language").lang = lang === "zh" ? "en" : "zh-CN";
  element("close").textContent = "×";
  element("close").setAttribute("aria-label", t("close"));
  fill("contents", ...Object.keys(SECTIONS).map(name => button(t(name), () => { element(name).scrollIntoView(); element(name).querySelector("h1, h2").setAttribute("tabindex", "-1"); element(name).querySelector("h1, h2").focus({ preventScroll: true }); })));
  drawAll();
  if (proof) prove(proof, opener);
}

function drawAll() {
  document.title = t("title", { focus: state.focus });
  for (const show of Object.values(SECTIONS)) show();
}

function start() {
  element("focus").append(...raw.groups.map(name => option(name, name, name === state.focus)));
  element("focus").addEventListener("change", event => { state.focus = event.target.value; state.other = null; state.label = null; letGo(); drawAll(); element("focus").focus({ preventScroll: true }); say(t("question", { focus: state.focus, others: raw.groups.length - 1 })); });
  element("language").addEventListener("click", () => { lang = lang === "zh" ? "en" : "zh"; words(); });
  element("skip").addEventListener("click", () => element("main").focus());
  element("close").addEventListener("click", letGo);
  document.addEventListener("keydown", event => { if (event.key === "Escape" && proof) letGo(); });
  words();
  document.body.dataset.ready = "true";
}

// Charts are measured once, so the font must be there.
document.fonts.load(`12px "PolicySans"`, "基").then(start, start);
