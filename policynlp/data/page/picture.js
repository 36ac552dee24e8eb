// The graph drawn by sigma.js with WebGL. Both kinds of picture offer: show, restyle, look, screen, zoom, pan, fit, centre, resize, close.
const MANY = 3000; // edges beyond which a picture without a graphics card moves in jerks
const MARGIN = 46; // pixels around the picture, for the labels of the outermost nodes
const box = (values, room = 0) => values.reduce(([low, high], v) => [Math.min(low, v - room), Math.max(high, v + room)], [Infinity, -Infinity]);

// The frame of the picture: the nodes shown, and at least those of the first view, so that filters don't make it jump.
function frameOf(picture) {
  const first = nodes.filter(node => node.placed).slice(0, Math.min(state.most, raw.limit));
  const all = state.alone || !first.length ? picture.nodes.map(one => one.node) : [...first, ...picture.nodes.map(one => one.node)];
  if (!all.length) return { x: [0, 1], y: [0, 1] };
  return { x: box(all.map(node => node.x), 40), y: box(all.map(node => node.y), 30) };
}

// Dots shrink with a large picture, but less than it does.
function dotScale(frame, width, height) {
  const room = Math.min(width / (frame.x[1] - frame.x[0]), height / (frame.y[1] - frame.y[0]));
  return Math.min(Math.max(room ** 0.6, 0.34), 1.15);
}

function canDraw() {
  try {
    return Boolean(document.createElement("canvas").getContext("webgl2"));
  } catch {
    return false;
  }
}

class GlPicture {
  constructor(host, on) {
    this.kind = "webgl";
    this.host = host;
    this.on = on;
    this.graph = new PolicyGraph.Graph();
    const dots = PolicyGraph.createNodeBorderProgram({ borders: [
      { size: { value: 1.3, mode: "pixels" }, color: { attribute: "ring", defaultValue: PAPER } },
      { size: { fill: true }, color: { attribute: "color" } },
    ] });
    this.sigma = new PolicyGraph.Sigma(this.graph, host, {
      allowInvalidContainer: true, renderLabels: false, zIndex: true, stagePadding: MARGIN, minCameraRatio: 0.02, maxCameraRatio: 3,
      defaultDrawNodeHover: () => {}, nodeProgramClasses: { circle: dots }, nodeHoverProgramClasses: { circle: dots },
      nodeReducer: key => this.nodeLook(key), edgeReducer: (key, data) => this.edgeLook(data), minEdgeThickness: 0.7,
      inertiaDuration: still.matches ? 0 : 200, zoomDuration: still.matches ? 0 : 160,
    });
    this.names = host.appendChild(make("canvas", { class: "names", "aria-hidden": "true" }));
    this.sigma.on("afterRender", () => this.label());
    for (const event of ["clickNode", "clickStage"]) this.sigma.on(event, ({ event: { x, y } }) => on.click(x, y));
    this.sigma.getMouseCaptor().on("mousemovebody", event => this.hover(event));
    this.watcher = new ResizeObserver(() => this.resize());
    this.watcher.observe(host);
  }

  hover({ x, y, original }) {
    if (this.host.contains(original.target)) this.on.hover(x, y);
  }

  show(picture) {
    this.picture = picture;
    this.frame = frameOf(picture);
    this.graph.clear();
    this.sizes = new Map(picture.nodes.map(({ node, r }) => [node, r]));
    for (const { node } of picture.nodes) this.graph.addNode(node.index, { x: node.x, y: -node.y, node });
    picture.edges.forEach((line, order) => this.graph.addEdge(line.edge.a.index, line.edge.b.index, { line, order }));
    const { x, y } = this.frame;
    this.sigma.setSetting("hideEdgesOnMove", picture.edges.length > MANY);
    this.sigma.setCustomBBox({ x, y: [-y[1], -y[0]] });
    this.resize();
  }

  nodeLook(key) {
    const { x, y, node } = this.graph.getNodeAttributes(key);
    const { fill: color, ring, lit } = nodeLook(node, this.picture);
    return { x, y, color, ring, size: this.sizes.get(node) * this.scale, zIndex: lit ? 1 : 0, label: null };
  }

  edgeLook({ line, order }) {
    const { tone, width, touched } = edgeLook(line);
    return { color: tone, size: width, zIndex: touched ? this.picture.edges.length : order };
  }

  resize() {
    const { width, height } = this.sigma.resize(true).getDimensions();
    if (!width || !this.picture) return;
    this.scale = dotScale(this.frame, width, height);
    const sharp = window.devicePixelRatio || 1;
    Object.assign(this.names, { width: width * sharp, height: height * sharp });
    for (const [side, length] of [["width", width], ["height", height]]) this.names.style.setProperty(side, `${length}px`);
    this.sigma.refresh();
  }

  restyle() {
    this.sigma.refresh({ skipIndexation: true });
  }

  // Node -> x, y and radius on the screen; the camera never turns, so two points tell all.
  screen() {
    const origin = this.sigma.graphToViewport({ x: 0, y: 0 }), unit = this.sigma.graphToViewport({ x: 1, y: -1 });
    const [kx, ky] = [unit.x - origin.x, unit.y - origin.y];
    return node => [origin.x + kx * node.x, origin.y + ky * node.y, this.sigma.scaleSize(this.sizes.get(node) * this.scale)];
  }

  size() {
    return this.sigma.getDimensions();
  }

  label() {
    if (!this.picture) return;
    const { width, height } = this.size();
    const context = this.names.getContext("2d"), sharp = window.devicePixelRatio || 1;
    context.setTransform(sharp, 0, 0, sharp, 0, 0);
    context.clearRect(0, 0, width, height);
    paintLabels(context, chooseLabels(this.picture, this.screen(), width, height));
  }

  move(target) {
    const camera = this.sigma.getCamera();
    if (still.matches) camera.setState(target);
    else camera.animate(target, { duration: 260 });
  }

  zoom(factor) {
    this.move({ ratio: this.sigma.getCamera().getBoundedRatio(this.sigma.getCamera().ratio / factor) });
  }

  pan(x, y) {
    const { width, height } = this.size();
    const camera = this.sigma.getCamera();
    const from = this.sigma.viewportToFramedGraph({ x: width / 2, y: height / 2 });
    const to = this.sigma.viewportToFramedGraph({ x: width / 2 + x, y: height / 2 + y });
    this.move({ x: camera.x + to.x - from.x, y: camera.y + to.y - from.y });
  }

  fit() {
    this.move({ x: 0.5, y: 0.5, ratio: 1, angle: 0 });
  }

  // Bring a node to the middle, or `up` pixels above it.
  centre(node, up) {
    const place = this.sigma.getNodeDisplayData(node.index), camera = this.sigma.getCamera();
    if (!place) return;
    const ratio = Math.min(camera.ratio, 0.6);
    const pixel = (this.sigma.viewportToFramedGraph({ x: 0, y: 1 }).y - this.sigma.viewportToFramedGraph({ x: 0, y: 0 }).y) * ratio / camera.ratio;
    this.move({ x: place.x, y: place.y + up * pixel, ratio });
  }

  close() {
    this.watcher.disconnect();
    this.picture = null;
    this.sigma.kill();
    this.host.replaceChildren();
  }
}
