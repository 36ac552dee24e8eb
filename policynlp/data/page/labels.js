// Which names can stand in the picture without one covering another: the most important first.
const LABEL_SIZE = 12, LABEL_CELL = 64;
const CRAMPED = 600; // pixels of width below which names are large beside the picture, and cover no dot at all

// `screen` maps a node to its place and radius on the screen; names outside of it are left out.
function chooseLabels(picture, screen, width, height) {
  const taken = new Map();
  const free = (box, cells) => !cells.some(cell => taken.get(cell)?.some(before => overlap(box, before)));
  const take = box => { for (const cell of cellsOf(box)) (taken.get(cell) ?? taken.set(cell, []).get(cell)).push(box); };
  const chosen = [];
  const order = labelOrder(picture);
  const takeDot = ([x, y, r]) => take([x - r, y - r, x + r, y + r]);
  if (width < CRAMPED) for (const { node } of order) takeDot(screen(node));
  for (const { node } of order) {
    const [x, y, r] = screen(node);
    if (x < -80 || y < -40 || x > width + 80 || y > height + 40) continue;
    const size = LABEL_SIZE + Math.min(Math.max(r - 7, 0) * 0.25, 2.5);
    const strong = picked(node) || node === state.hovered;
    const boxes = spots(x, y, r, textWidth(node.label) * size + 6, size + 3);
    const found = boxes.find(box => box[0] > 2 && box[2] < width - 2 && free(box, cellsOf(box))) ?? (strong ? boxes[0] : null);
    takeDot([x, y, r]); // a less important name does not cover this dot
    if (!found) continue;
    take(found);
    chosen.push({ node, x: (found[0] + found[2]) / 2, y: found[3] - 2 - size * 0.14, size, strong });
  }
  return chosen;
}

// Where a name can stand: below its dot, above, to the right, to the left.
function spots(x, y, r, wide, high) {
  const at = (left, top) => [left, top, left + wide, top + high];
  return [at(x - wide / 2, y + r + 1), at(x - wide / 2, y - r - 1 - high), at(x + r + 1, y - high / 2), at(x - r - 1 - wide, y - high / 2)];
}

function labelOrder(picture) {
  const lit = picture.nodes.filter(({ node }) => bright(node, picture));
  const first = lit.filter(({ node }) => picked(node) || node === state.hovered);
  return first.length ? [...first, ...lit.filter(one => !first.includes(one))] : lit;
}

function cellsOf([left, top, right, bottom]) {
  const cells = [];
  for (let x = Math.floor(left / LABEL_CELL); x <= Math.floor(right / LABEL_CELL); x++)
    for (let y = Math.floor(top / LABEL_CELL); y <= Math.floor(bottom / LABEL_CELL); y++) cells.push(`${x},${y}`);
  return cells;
}

const overlap = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];

function paintLabels(context, chosen) {
  context.textAlign = "center";
  context.lineJoin = "round";
  context.strokeStyle = PAPER;
  context.fillStyle = INK;
  context.lineWidth = 3.5;
  for (const { node, x, y, size, strong } of chosen) {
    context.font = `${strong ? "600 " : ""}${size}px ${FONT}`;
    context.strokeText(node.label, x, y);
    context.fillText(node.label, x, y);
  }
}
