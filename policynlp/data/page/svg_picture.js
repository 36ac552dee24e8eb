// The same picture in SVG, for browsers without WebGL.
class SvgPicture {
  constructor(host, on) {
    this.kind = "svg";
    this.host = host;
    this.on = on;
    this.lines = draw("g");
    this.dots = draw("g");
    this.names = draw("g", { class: "svg-names" });
    this.world = draw("g", {}, this.lines, this.dots);
    this.root = host.appendChild(draw("svg", { "aria-hidden": "true" }, this.world, this.names));
    this.camera = { k: 1, x: 0, y: 0 }; // screen = shift + k * place
    this.fingers = new Map();
    this.listen();
    this.watcher = new ResizeObserver(() => this.resize());
    this.watcher.observe(host);
  }

  listen() {
    const place = event => { const { left, top } = this.root.getBoundingClientRect(); return { x: event.clientX - left, y: event.clientY - top }; };
    const on = (event, action, options) => this.root.addEventListener(event, action, options);
    on("pointerdown", event => { this.fingers.set(event.pointerId, { ...place(event), moved: 0 }); });
    on("pointermove", event => {
      const now = place(event), before = this.fingers.get(event.pointerId);
      if (!before) { this.on.hover(now.x, now.y); return; }
      this.drag(event.pointerId, before, now);
      if (before.moved > 4) this.root.setPointerCapture(event.pointerId);
    });
    on("pointerup", event => {
      const before = this.fingers.get(event.pointerId);
      if (before && before.moved <= 4 && this.fingers.size === 1) this.on.click(before.x, before.y);
      this.fingers.delete(event.pointerId);
    });
    on("pointercancel", event => this.fingers.delete(event.pointerId));
    on("wheel", event => { event.preventDefault(); this.zoomAt(place(event), Math.exp(-event.deltaY / 400)); }, { passive: false });
  }

  // One finger moves the picture, a second one stretches it.
  drag(id, before, now) {
    const held = [...this.fingers].find(([key]) => key !== id)?.[1];
    if (held) this.zoomAt(held, Math.hypot(now.x - held.x, now.y - held.y) / Math.max(Math.hypot(before.x - held.x, before.y - held.y), 1));
    else this.shift(now.x - before.x, now.y - before.y);
    this.fingers.set(id, { ...now, moved: before.moved + Math.hypot(now.x - before.x, now.y - before.y) });
  }

  show(picture) {
    this.picture = picture;
    const frame = frameOf(picture), before = this.home && JSON.stringify(this.frame);
    this.frame = frame;
    this.sizes = new Map(picture.nodes.map(({ node, r }) => [node, r]));
    this.edgeOf = picture.edges.map(line => [line, draw("line", { x1: line.edge.a.x, y1: line.edge.a.y, x2: line.edge.b.x, y2: line.edge.b.y })]);
    this.nodeOf = picture.nodes.map(({ node }) => [node, draw("circle", { cx: node.x, cy: node.y })]);
    this.lines.replaceChildren(...this.edgeOf.map(([, line]) => line));
    this.dots.replaceChildren(...this.nodeOf.map(([, circle]) => circle));
    this.drawnAt = null;
    if (before === JSON.stringify(frame)) this.restyle();
    else this.resize();
  }

  size() {
    return { width: this.host.clientWidth, height: this.host.clientHeight };
  }

  resize() {
    const { width, height } = this.size();
    if (!width || !this.picture) return;
    this.root.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.scale = dotScale(this.frame, width, height);
    this.fit();
    this.restyle();
  }

  restyle() {
    for (const [line, mark] of this.edgeOf) {
      const { tone, width } = edgeLook(line);
      mark.setAttribute("stroke", tone);
      mark.setAttribute("stroke-width", width.toFixed(2));
    }
    for (const [node, mark] of this.nodeOf) {
      const { fill: inside, ring } = nodeLook(node, this.picture);
      mark.setAttribute("fill", inside);
      mark.setAttribute("stroke", ring);
    }
    this.frameDrawn();
  }

  screen() {
    const { k, x, y } = this.camera;
    return node => [x + k * node.x, y + k * node.y, this.sizes.get(node) * this.scale * Math.sqrt(k / this.home)];
  }

  frameDrawn() {
    const { k, x, y } = this.camera, { width, height } = this.size(), screen = this.screen();
    this.world.setAttribute("transform", `translate(${x.toFixed(2)} ${y.toFixed(2)}) scale(${k.toFixed(5)})`);
    if (this.drawnAt !== k) for (const [node, mark] of this.nodeOf) mark.setAttribute("r", (screen(node)[2] / k).toFixed(2));
    this.drawnAt = k;
    this.names.replaceChildren(...chooseLabels(this.picture, screen, width, height).map(({ node, x: left, y: base, size, strong }) => draw("text",
      { x: left.toFixed(1), y: base.toFixed(1), "font-size": size.toFixed(1), "font-weight": strong ? 600 : null, text: node.label })));
  }

  shift(x, y) {
    this.camera.x += x;
    this.camera.y += y;
    this.frameDrawn();
  }

  zoomAt(place, factor) {
    const { k, x, y } = this.camera;
    const next = Math.min(Math.max(k * factor, this.home / 3), this.home * 50);
    this.camera = { k: next, x: place.x - (place.x - x) * next / k, y: place.y - (place.y - y) * next / k };
    this.frameDrawn();
  }

  zoom(factor) {
    const { width, height } = this.size();
    this.zoomAt({ x: width / 2, y: height / 2 }, factor);
  }

  pan(x, y) {
    this.shift(-x, -y);
  }

  fit() {
    const { width, height } = this.size(), { x, y } = this.frame;
    const k = Math.min((width - 2 * MARGIN) / (x[1] - x[0]), (height - 2 * MARGIN) / (y[1] - y[0]));
    this.home = Math.max(k, 0.01);
    this.camera = { k: this.home, x: width / 2 - this.home * (x[0] + x[1]) / 2, y: height / 2 - this.home * (y[0] + y[1]) / 2 };
    this.drawnAt = null;
    this.frameDrawn();
  }

  centre(node, up) {
    const { width, height } = this.size();
    const k = Math.max(this.camera.k, this.home / 0.6);
    this.camera = { k, x: width / 2 - k * node.x, y: height / 2 - up - k * node.y };
    this.frameDrawn();
  }

  close() {
    this.watcher.disconnect();
    this.host.replaceChildren();
  }
}
