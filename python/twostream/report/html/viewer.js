"use strict";

const ZOOMS = { least: 1, most: 32, step: 1.25 };
const HEIGHT = "max(66vh, 20rem)"; // of the large picture at most
const NEAR = 24; // pixels from the wipe's line at which it is dragged

/* A viewer: two pictures of one scene on a canvas. The centre is in pixels of the picture. */

class Viewer {
  constructor(root) {
    this.root = root;
    this.canvas = root.querySelector("canvas");
    this.images = [...root.querySelectorAll(".strip img")];
    this.width = Number(root.dataset.width);
    this.height = Number(root.dataset.height);
    this.difference = new Difference(this.width, this.height);
    this.pointers = new Map();
    this.fit();
    this.listen();
    for (const image of this.images) image.decode().then(() => this.later(), () => {});
    new ResizeObserver(() => this.later()).observe(this.canvas);
    this.update();
  }

  field(name) {
    return this.root.querySelector(`[name="${name}"]`);
  }

  get mode() {
    return this.root.querySelector(".modes input:checked").value;
  }

  set mode(value) {
    this.root.querySelector(`.modes [value="${value}"]`).checked = true;
  }

  get chosen() {
    return [Number(this.field("left").value), Number(this.field("right").value)];
  }

  listen() {
    this.root.querySelector(".controls").addEventListener("change", () => this.update());
    for (const name of ["wipe", "gain"]) this.field(name).addEventListener("input", () => this.update());
    const clicks = {
      swap: () => this.swap(),
      in: () => this.zoomBy(ZOOMS.step ** 2),
      out: () => this.zoomBy(ZOOMS.step ** -2),
      fit: () => this.fit(),
    };
    for (const [name, action] of Object.entries(clicks))
      this.field(name).addEventListener("click", () => (action(), this.update()));
    for (const button of this.root.querySelectorAll(".strip button"))
      button.addEventListener("click", (event) => {
        this.field(event.shiftKey ? "left" : "right").value = button.dataset.picture;
        this.update();
      });
    this.canvas.addEventListener("keydown", (event) => this.key(event));
    this.canvas.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    this.canvas.addEventListener("pointerdown", (event) => this.down(event));
    this.canvas.addEventListener("pointermove", (event) => this.move(event));
    for (const end of ["pointerup", "pointercancel"])
      this.canvas.addEventListener(end, (event) => this.pointers.delete(event.pointerId));
  }

  swap() {
    const [left, right] = this.chosen;
    this.field("left").value = right;
    this.field("right").value = left;
  }

  fit() {
    this.zoom = 1;
    this.centre = { x: this.width / 2, y: this.height / 2 };
  }

  /* Panels of the canvas in CSS pixels: two side by side, or one above the other where it is narrow. */
  panels() {
    const box = this.canvas.getBoundingClientRect();
    if (this.mode !== "side") return [{ x: 0, y: 0, w: box.width, h: box.height }];
    const above = this.layout() === "above";
    const w = above ? box.width : box.width / 2;
    const h = above ? box.height / 2 : box.height;
    return [{ x: 0, y: 0, w, h }, { x: box.width - w, y: box.height - h, w, h }];
  }

  layout() {
    if (this.mode !== "side") return "one";
    return this.root.clientWidth < 600 ? "above" : "beside";
  }

  scale(panel) {
    return Math.min(panel.w / this.width, panel.h / this.height) * this.zoom;
  }

  /* The place of the picture at a point of the canvas stays where it is. */
  zoomBy(factor, point) {
    const panel = this.panels()[0];
    const from = this.scale(panel);
    this.zoom = Math.min(Math.max(this.zoom * factor, ZOOMS.least), ZOOMS.most);
    const to = this.scale(panel);
    const at = point || { x: panel.w / 2, y: panel.h / 2 };
    this.centre.x += (at.x - panel.w / 2) * (1 / from - 1 / to);
    this.centre.y += (at.y - panel.h / 2) * (1 / from - 1 / to);
  }

  pan(x, y) {
    const scale = this.scale(this.panels()[0]);
    this.centre.x -= x / scale;
    this.centre.y -= y / scale;
  }

  keepInside() {
    const panel = this.panels()[0];
    const half = { x: panel.w / 2 / this.scale(panel), y: panel.h / 2 / this.scale(panel) };
    const inside = (value, reach, length) =>
      2 * reach >= length ? length / 2 : Math.min(Math.max(value, reach), length - reach);
    this.centre.x = inside(this.centre.x, half.x, this.width);
    this.centre.y = inside(this.centre.y, half.y, this.height);
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const wipe = this.field("wipe");
    const actions = {
      "+": () => this.zoomBy(ZOOMS.step),
      "=": () => this.zoomBy(ZOOMS.step),
      "-": () => this.zoomBy(1 / ZOOMS.step),
      0: () => this.fit(),
      ArrowLeft: () => this.pan(40, 0),
      ArrowRight: () => this.pan(-40, 0),
      ArrowUp: () => this.pan(0, 40),
      ArrowDown: () => this.pan(0, -40),
      "[": () => (wipe.value = Number(wipe.value) - 2),
      "]": () => (wipe.value = Number(wipe.value) + 2),
      w: () => (this.mode = "wipe"),
      s: () => (this.mode = "side"),
      d: () => (this.mode = "difference"),
      x: () => this.swap(),
    };
    const action = actions[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    // At the fitted size arrows still scroll the page.
    if (!action || (event.key.startsWith("Arrow") && this.zoom === 1)) return;
    event.preventDefault();
    action();
    this.update();
  }

  wheel(event) {
    if (!event.ctrlKey) return; // the wheel alone scrolls the page
    event.preventDefault();
    this.zoomBy(Math.exp(-event.deltaY / 200), this.place(event));
    this.update();
  }

  /* Point of an event within its panel. */
  place(event) {
    const box = this.canvas.getBoundingClientRect();
    const [first, second] = this.panels();
    const x = event.clientX - box.left;
    const y = event.clientY - box.top;
    const inSecond = second && x >= second.x && y >= second.y;
    return inSecond ? { x: x - second.x, y: y - second.y } : { x: x - first.x, y: y - first.y };
  }

  down(event) {
    const at = this.place(event);
    this.canvas.setPointerCapture(event.pointerId);
    this.pointers.set(event.pointerId, at);
    const line = (this.panels()[0].w * this.field("wipe").value) / 100;
    this.wiping = this.mode === "wipe" && (this.zoom === 1 || Math.abs(at.x - line) < NEAR);
    if (this.wiping) this.wipeTo(at);
  }

  move(event) {
    const before = this.pointers.get(event.pointerId);
    if (!before) return;
    const at = this.place(event);
    const other = [...this.pointers].find(([id]) => id !== event.pointerId);
    this.pointers.set(event.pointerId, at);
    if (other) this.pinch(before, at, other[1]);
    else if (this.wiping) this.wipeTo(at);
    else this.pan(at.x - before.x, at.y - before.y);
    this.update();
  }

  pinch(before, at, other) {
    const distance = (a) => Math.hypot(a.x - other.x, a.y - other.y) || 1;
    this.wiping = false;
    this.pan((at.x - before.x) / 2, (at.y - before.y) / 2);
    this.zoomBy(distance(at) / distance(before), { x: (at.x + other.x) / 2, y: (at.y + other.y) / 2 });
  }

  wipeTo(at) {
    this.field("wipe").value = (100 * at.x) / this.panels()[0].w;
    this.update();
  }

  /* Show the state in everything but the canvas, which is drawn with the next frame. */
  update() {
    const { mode } = this;
    const names = this.chosen.map((n) => this.field("left").options[n].text);
    const stage = this.root.querySelector(".stage");
    const layout = this.layout();
    const ratio = (this.width / this.height) * { one: 1, beside: 2, above: 0.5 }[layout];
    stage.dataset.layout = layout;
    stage.style.aspectRatio = ratio;
    stage.parentElement.style.maxWidth = `calc(${HEIGHT} * ${ratio})`;
    this.canvas.style.touchAction = this.zoom > 1 ? "none" : "pan-y";
    const tags = mode === "difference" ? [`${names[0]} − ${names[1]}`, ""] : names;
    stage.querySelectorAll(".tag").forEach((tag, n) => (tag.textContent = tags[n]));
    for (const part of this.root.querySelectorAll(".wipe")) part.hidden = mode !== "wipe";
    for (const part of this.root.querySelectorAll(".gain")) part.hidden = mode !== "difference";
    this.root.querySelector(".slide.gain output").textContent = this.field("gain").value;
    this.root.querySelector(".zoom output").textContent = `${Math.round(100 * this.zoom)} %`;
    for (const button of this.root.querySelectorAll(".strip button"))
      button.setAttribute("aria-pressed", this.chosen.includes(Number(button.dataset.picture)));
    this.canvas.setAttribute("aria-label", this.words(names));
    this.showScores();
    this.later();
  }

  words([left, right]) {
    const wipe = this.field("wipe").value;
    return {
      wipe: `${left} left of ${wipe} %, ${right} right of it`,
      side: `${left} beside ${right}`,
      difference: `Difference of ${left} and ${right}, amplified ${this.field("gain").value} times`,
    }[this.mode];
  }

  showScores() {
    const table = this.root.querySelector("table.shown");
    if (!table) return;
    const shown = new Set(this.chosen.map(String));
    for (const cell of table.querySelectorAll("[data-picture]")) cell.hidden = !shown.has(cell.dataset.picture);
    for (const row of table.tBodies[0].rows) markBest(row);
    const scored = table.tHead.querySelector("[data-picture]:not([hidden])");
    table.hidden = !scored;
    this.root.querySelector(".unscored").hidden = Boolean(scored);
  }

  later() {
    if (this.frame) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      this.draw();
    });
  }

  draw() {
    const [left, right] = this.chosen.map((n) => this.images[n]);
    if (!left.complete || !right.complete) return;
    this.keepInside();
    const box = this.canvas.getBoundingClientRect();
    const ratio = window.devicePixelRatio || 1;
    this.canvas.width = Math.round(box.width * ratio);
    this.canvas.height = Math.round(box.height * ratio);
    const context = this.canvas.getContext("2d");
    context.scale(ratio, ratio);
    const [panel, second] = this.panels();
    if (this.mode === "difference") this.paint(context, this.difference.of(left, right, Number(this.field("gain").value)), panel, panel);
    else if (second) {
      this.paint(context, left, panel, panel);
      this.paint(context, right, second, second);
    } else this.wipe(context, left, right, panel);
  }

  wipe(context, left, right, panel) {
    const line = (panel.w * this.field("wipe").value) / 100;
    this.paint(context, left, panel, { ...panel, w: line });
    this.paint(context, right, panel, { ...panel, x: line, w: panel.w - line });
    context.fillStyle = "#fff";
    context.strokeStyle = "#0008";
    context.fillRect(line - 1, 0, 2, panel.h);
    context.beginPath();
    context.arc(line, panel.h / 2, 11, 0, 7);
    context.fill();
    context.stroke();
  }

  /* Draw a picture at the common zoom and centre; only what is within a box shows. */
  paint(context, picture, panel, box) {
    const scale = this.scale(panel);
    context.save();
    context.beginPath();
    context.rect(box.x, box.y, box.w, box.h);
    context.clip();
    context.translate(panel.x + panel.w / 2, panel.y + panel.h / 2);
    context.scale(scale, scale);
    context.imageSmoothingEnabled = scale < 2; // pixels show when they are large
    context.drawImage(picture, -this.centre.x, -this.centre.y, this.width, this.height);
    context.restore();
  }
}

const viewers = [...document.querySelectorAll(".viewer")].map((root) => new Viewer(root));
