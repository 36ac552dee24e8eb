// What every part uses: the data as shipped, the words of both languages, and the making of elements.
const raw = JSON.parse(document.getElementById("data").textContent);
const SVG = "http://www.w3.org/2000/svg";
const FONT = '"PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC", "PolicySans", sans-serif';
const PAPER = "#fdfdfc", INK = "#20252b", SOFT = "#5f6871";
const CLASSES = Object.keys(raw.classes), TYPES = Object.keys(raw.types), INSTRUMENTS = Object.keys(raw.instruments);
const COMMUNITY_COLOURS = ["#1f6fb4", "#d9730d", "#2e8b57", "#b0417f", "#8a6d1d", "#6a5acd", "#188a94", "#c0504d", "#5b7f2b", "#7a5c46"];
const OTHER_COLOUR = "#9aa1a9";
let lang = raw.lang;

const element = id => document.getElementById(id);
const t = (key, values = {}) => (raw.messages[lang][key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
const label = (table, code) => raw[table][code]?.[lang] ?? code;
const colour = (table, code) => raw[table][code]?.colour ?? OTHER_COLOUR;
const joined = (...parts) => parts.filter(Boolean).join(" · ");
const percent = (part, whole) => `${Math.round(100 * part / Math.max(whole, 1))}%`;

// Text from a report reaches the page by textContent, text nodes and setAttribute alone, never as markup.
function make(tag, options = {}, ...children) {
  return furnish(document.createElement(tag), options, children);
}

function draw(tag, options = {}, ...children) {
  return furnish(document.createElementNS(SVG, tag), options, children);
}

function furnish(node, options, children) {
  for (const [key, value] of Object.entries(options)) {
    if (value === null || value === undefined || value === false) continue;
    if (key === "text") node.textContent = value;
    else if (key === "on") for (const [event, action] of Object.entries(value)) node.addEventListener(event, action);
    else if (key === "style") for (const [name, setting] of Object.entries(value)) node.style.setProperty(name, setting);
    else node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.filter(child => child !== null && child !== undefined && child !== ""));
  return node;
}

const button = (text, action, options = {}) => make("button", { type: "button", text, on: { click: action }, ...options });
const namedButton = (text, action, options = {}) => make("button", { type: "button", on: { click: action }, ...options }, make("bdi", { text }));
const dot = fill => make("span", { class: "dot", style: { background: fill }, "aria-hidden": "true" });
const option = (value, text, chosen) => make("option", { value, text, selected: chosen });
const fill = (id, ...children) => element(id).replaceChildren(...children.filter(child => child !== null && child !== undefined));
const say = text => { element("live").textContent = text; };

// One stop of the Tab key for a whole list: the arrow keys move inside it.
function rove(box, selector) {
  const items = () => [...box.querySelectorAll(selector)].filter(item => !item.hidden);
  const stop = chosen => { for (const item of items()) item.tabIndex = item === chosen ? 0 : -1; };
  box.addEventListener("focusin", event => { const item = event.target.closest(selector); if (item) stop(item); });
  box.addEventListener("keydown", event => {
    const all = items(), at = all.indexOf(event.target.closest(selector));
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    const next = event.key === "Home" ? 0 : event.key === "End" ? all.length - 1 : step && (at + step + all.length) % all.length;
    if (at < 0 || next === undefined) return;
    event.preventDefault();
    all[next].focus();
  });
  return () => stop(items().find(item => item.getAttribute("aria-selected") === "true") ?? items()[0]);
}

// Tabs: one of several views; `choose` gets the name of the one to show.
function tabs(id, names, current, choose, panel) {
  fill(id, ...names.map(name => button(t(name), () => choose(name), {
    role: "tab", id: `tab-${name}`, "aria-selected": String(name === current), "aria-controls": panel(name), tabindex: name === current ? "0" : "-1",
  })));
}

function mix(one, other, share) {
  const part = (hex, at) => parseInt(hex.slice(at, at + 2), 16);
  return "#" + [1, 3, 5].map(at => Math.round(part(one, at) * (1 - share) + part(other, at) * share).toString(16).padStart(2, "0")).join("");
}

// Chinese characters are square, others about half as wide.
function textWidth(text) {
  let ems = 0;
  for (const character of text) ems += character.codePointAt(0) > 0x2e7f ? 1 : 0.56;
  return ems;
}

const still = matchMedia("(prefers-reduced-motion: reduce)");
const narrow = matchMedia("(max-width: 1000px)");

// A name for a picture; lists and evidence give it whole.
const LONGEST = 22;
const shorten = name => { const all = [...name]; return all.length > LONGEST ? all.slice(0, LONGEST - 1).join("") + "…" : name; };
