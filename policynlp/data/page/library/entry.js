// What the page uses of the libraries; the bundle offers it as the global `PolicyGraph`.
export { default as Sigma } from "sigma";
export { default as Graph } from "graphology";
export { createNodeBorderProgram } from "@sigma/node-border";
