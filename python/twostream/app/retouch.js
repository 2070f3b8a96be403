"use strict";

/* Retouching: strokes of a soft brush, along which the result takes the frame at the left. */

const RINGS = 10; // lines of a stroke, one within the other, that make its soft edge
const FINEST = 0.1; // of a radius: the distance of the points of a stroke

/* The result with its strokes, drawn as the server will compute it. */

class Retouched {
  constructor(fused, frames, retouch) {
    Object.assign(this, { fused, frames, retouch, key: fused.key, label: fused.label, legend: fused.legend, state: "" });
    [this.done, this.sheet, this.mask] = [0, 1, 2].map(() => document.createElement("canvas").getContext("2d"));
  }

  /* All strokes that are done are drawn once for each view; only the current one changes. */
  draw(context, view) {
    const { strokes, drawn, current, version } = this.retouch;
    const { width, height } = context.canvas;
    const state = [context.getTransform(), width, height, strokes.length, drawn.length, version, Tiled.loaded].join();
    if (state !== this.state) {
      for (const one of [this.done, this.sheet, this.mask]) Object.assign(one.canvas, { width, height });
      this.prepare(this.done, context);
      this.fused.draw(this.done, view);
      for (const { frame, some } of this.groups([...strokes, ...drawn], view)) this.lay(this.done, context, view, frame, some);
      this.state = state;
    }
    context.save();
    context.resetTransform();
    context.drawImage(this.done.canvas, 0, 0);
    context.restore();
    if (current) this.lay(context, context, view, current.frame, [current]);
  }

  prepare(made, context) {
    made.setTransform(context.getTransform());
    made.imageSmoothingEnabled = context.imageSmoothingEnabled;
  }

  /* Strokes that are seen, in their order; neighbours of one frame are drawn at once. */
  groups(strokes, view) {
    const groups = [];
    for (const stroke of strokes) {
      const [x0, y0, x1, y1] = extent([stroke]);
      if (x1 < view.x0 || x0 > view.x1 || y1 < view.y0 || y0 > view.y1) continue;
      if (!groups.length || groups[groups.length - 1].frame !== stroke.frame) groups.push({ frame: stroke.frame, some: [] });
      groups[groups.length - 1].some.push(stroke);
    }
    return groups;
  }

  /* Lay a frame over a picture along strokes; nothing outside their extent is touched. */
  lay(made, context, view, frame, strokes) {
    const [x0, y0, x1, y1] = extent(strokes);
    const { sheet, mask } = this;
    for (const one of [sheet, mask, made]) {
      one.save();
      if (one !== made) this.prepare(one, context);
      one.beginPath();
      one.rect(x0, y0, x1 - x0, y1 - y0);
      one.clip();
      if (one !== made) one.clearRect(x0, y0, x1 - x0, y1 - y0);
    }
    this.frames[frame].draw(sheet, view);
    for (const stroke of strokes) brush(mask, stroke);
    sheet.globalCompositeOperation = "destination-in";
    for (const [to, from] of [[sheet, mask], [made, sheet]]) {
      to.resetTransform();
      to.drawImage(from.canvas, 0, 0);
    }
    for (const one of [sheet, mask, made]) one.restore();
  }
}

/* Left, top, right and bottom of the region that strokes may change. */
function extent(strokes) {
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { points, radius } of strokes)
    for (const [x, y] of points)
      [x, y, x, y].forEach((at, n) => (box[n] = n < 2 ? Math.min(box[n], at - radius - 1) : Math.max(box[n], at + radius + 1)));
  return box;
}

/* Draw the weight of a stroke, as opacity: nested lines, each with the missing part. */
function brush(context, { radius, softness, points }) {
  const soft = Math.max(softness * radius, 1);
  let before = 0;
  Object.assign(context, { lineCap: "round", lineJoin: "round" });
  context.beginPath();
  points.forEach(([x, y]) => context.lineTo(x, y));
  if (points.length === 1) context.lineTo(points[0][0], points[0][1] + 1e-3);
  for (let ring = 1; ring <= RINGS; ring += 1) {
    const share = ring / RINGS;
    const weight = share * share * (3 - 2 * share);
    context.lineWidth = 2 * Math.max(radius - soft * (share - 0.5 / RINGS), 0.25);
    context.strokeStyle = `rgb(0 0 0 / ${(weight - before) / (1 - before)})`;
    context.stroke();
    before = weight;
  }
}

/* The tool of the viewer and its controls. */

class Retouch {
  constructor(viewer, send) {
    Object.assign(this, { viewer, send, strokes: [], drawn: [], current: null, at: null, version: -1 });
    const part = (name) => document.querySelector(`#retouch [name="${name}"]`);
    [this.toggle, this.radius, this.softness, this.undoing, this.redoing] = ["toggle", "radius", "softness", "undo", "redo"].map(part);
    this.toggle.addEventListener("click", () => this.turn(!this.on));
    this.undoing.addEventListener("click", () => this.send({ undo: true }));
    this.redoing.addEventListener("click", () => this.send({ redo: true }));
    for (const slider of [this.radius, this.softness]) slider.addEventListener("input", () => (this.words(), viewer.later()));
    document.addEventListener("keydown", (event) => this.history(event));
    this.words();
  }

  get on() {
    return this.viewer.tool === this;
  }

  get brush() {
    return { radius: Number(this.radius.value), softness: Number(this.softness.value) / 100 };
  }

  /* Place of the frame at the left in the result, or -1. */
  get frame() {
    const shown = this.viewer.pictures[this.viewer.chosen[0]];
    return shown && shown.key.startsWith("frame-") ? Number(shown.key.slice(6)) : -1;
  }

  turn(on) {
    const { viewer } = this;
    viewer.tool = on ? this : null;
    this.toggle.setAttribute("aria-pressed", on);
    document.getElementById("brush").hidden = !on;
    if (on) {
      viewer.mode = "side";
      if (this.frame < 0) viewer.field("left").value = 0;
      viewer.field("right").value = viewer.pictures.findIndex(({ key }) => key === "fused");
      viewer.canvas.focus({ preventScroll: true });
    }
    viewer.update();
  }

  /* Brushes that suit the size of a result. */
  fit({ width, height }) {
    const most = Math.max(8, Math.round(Math.max(width, height) / 8));
    if (Number(this.radius.max) === most) return;
    Object.assign(this.radius, { max: most, value: Math.round(most / 5) });
    this.words();
  }

  words() {
    const { radius, softness } = this.brush;
    document.getElementById("radius").textContent = `${radius} px`;
    document.getElementById("softness").textContent = `${Math.round(100 * softness)} %`;
  }

  /* The state of the server: a version, and the numbers of strokes to undo and redo. */
  async follow([version, done, undone], ready) {
    document.getElementById("retouch").hidden = !ready;
    if (!ready && this.on) this.turn(false);
    [this.undoing.disabled, this.redoing.disabled] = [!done, !undone];
    if (!ready || version === this.version) return;
    const found = await (await fetch("/strokes")).json();
    Object.assign(this, { strokes: found.strokes, drawn: [], version: found.version });
    this.viewer.later();
  }

  hover(point) {
    this.at = point;
    this.viewer.later();
  }

  down(point) {
    if (this.frame < 0) this.viewer.field("left").value = 0;
    this.at = point;
    this.current = { frame: this.frame, ...this.brush, points: [this.inside(point)] };
    this.viewer.update();
  }

  move(point) {
    const [x, y] = this.inside(point);
    const [x0, y0] = this.current.points[this.current.points.length - 1];
    this.at = point;
    if (Math.hypot(x - x0, y - y0) > FINEST * this.current.radius) this.current.points.push([x, y]);
  }

  up() {
    const stroke = this.current;
    this.current = null;
    this.drawn.push(stroke);
    const { number } = this.viewer.pictures[stroke.frame];
    this.send({ add: { frame: number, radius: stroke.radius, softness: stroke.softness, points: stroke.points } }).then((done) => {
      if (!done) this.version = -1; // show the state of the server
    });
    this.viewer.later();
  }

  cancel() {
    this.current = null;
    this.viewer.later();
  }

  inside({ x, y }) {
    const within = (value, most) => Math.round(10 * Math.min(Math.max(value, 0), most)) / 10;
    return [within(x, this.viewer.width), within(y, this.viewer.height)];
  }

  /* Arrows move the brush, with Shift they paint; Space and Enter paint a dot. */
  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return false;
    const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const actions = { "[": () => this.grow(0.8), "]": () => this.grow(1.25), ",": () => this.choose(-1), ".": () => this.choose(1), Escape: () => this.turn(false) };
    if (event.key in moves) this.step(moves[event.key], event.shiftKey);
    else if (event.key === " " || event.key === "Enter") this.step([0, 0], true);
    else if (event.key in actions) actions[event.key]();
    else return false;
    return true;
  }

  step([x, y], paints) {
    const from = this.at || { ...this.viewer.centre };
    const length = Math.max(this.brush.radius / 2, 1);
    const to = { x: from.x + length * x, y: from.y + length * y };
    if (paints) {
      this.down(from);
      this.move(to);
      this.up();
    }
    this.at = to;
    this.viewer.reveal(to);
    this.viewer.update();
  }

  grow(factor) {
    this.radius.value = Math.max(Math.round(this.brush.radius * factor), this.brush.radius + Math.sign(factor - 1));
    this.words();
    this.viewer.later();
  }

  /* Paint with another frame of the stack. */
  choose(by) {
    const frames = this.viewer.pictures.filter(({ key }) => key.startsWith("frame-")).length;
    this.viewer.field("left").value = Math.min(Math.max(this.frame + by, 0), frames - 1);
    this.viewer.update();
  }

  history(event) {
    if (!(event.ctrlKey || event.metaKey) || document.getElementById("retouch").hidden) return;
    const key = event.key.toLowerCase();
    const redoes = key === "y" || (key === "z" && event.shiftKey);
    if (!redoes && key !== "z") return;
    event.preventDefault();
    this.send(redoes ? { redo: true } : { undo: true });
  }

  /* The brush, in pixels of the picture. */
  draw(context, scale) {
    if (!this.at) return;
    const { radius, softness } = this.brush;
    for (const [r, alpha] of [[radius, 1], [radius * (1 - softness), 0.5]])
      for (const [width, colour] of [[3, "#000"], [1.2, "#fff"]]) {
        Object.assign(context, { lineWidth: width / scale, strokeStyle: colour, globalAlpha: alpha });
        context.beginPath();
        context.arc(this.at.x, this.at.y, r, 0, 7);
        context.stroke();
      }
  }
}
