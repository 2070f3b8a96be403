"use strict";

const ALIKE = 0.02; // difference of the shapes of pictures whose place is kept
const HEIGHT = "max(66vh, 20rem)"; // of the large picture at most

/* A picture that is loaded as a whole. Pictures have a label, a legend of [class of swatch, text], and
   draw themselves at a size in pixels of the viewer. */

class Loaded {
  constructor(image, label, legend) {
    Object.assign(this, { image, label, legend });
  }

  draw(context, view) {
    if (this.image.complete) context.drawImage(this.image, 0, 0, view.width, view.height);
  }
}

/* A viewer: two pictures of one scene on a canvas. The centre is in pixels of the picture. */

class Viewer extends View {
  constructor(root) {
    super(root);
    this.tool = null; // see Gestures
    this.scratch = [0, 1].map(() => document.createElement("canvas"));
    this.listen();
    const buttons = [...root.querySelectorAll(".strip button")];
    this.show(
      buttons.map((button) => {
        const image = button.querySelector("img");
        image.decode().then(() => this.later(), () => {});
        return new Loaded(image, button.textContent.trim(), JSON.parse(button.dataset.legend));
      }),
      ...["width", "height", "right"].map((name) => Number(root.dataset[name])),
    );
    new ResizeObserver(() => this.update()).observe(this.canvas);
  }

  /* Show other pictures; those of the same labels stay chosen, and zoom and place if the shape does. */
  show(pictures, width, height, right = pictures.length - 1) {
    const before = this.pictures && this.chosen.map((n) => this.pictures[n] && this.pictures[n].label);
    this.pictures = pictures;
    for (const [n, name] of ["left", "right"].entries()) {
      const same = before ? pictures.findIndex((one) => one.label === before[n]) : -1;
      const chosen = same >= 0 ? same : n * right;
      this.field(name).replaceChildren(...pictures.map(({ label }, m) => new Option(label, m, false, m === chosen)));
    }
    const [x, y] = [width / this.width, height / this.height];
    Object.assign(this, { width, height });
    if (Math.abs(x / y - 1) < ALIKE) Object.assign(this.centre, { x: this.centre.x * x, y: this.centre.y * y });
    else this.fit();
    this.update();
  }

  get chosen() {
    return [Number(this.field("left").value), Number(this.field("right").value)];
  }

  listen() {
    this.root.querySelector(".controls").addEventListener("change", () => this.update());
    for (const name of ["wipe", "gain"]) this.field(name).addEventListener("input", () => this.update());
    const clicks = {
      swap: () => this.swap(),
      in: () => this.zoomBy(ZOOM.step ** 2),
      out: () => this.zoomBy(ZOOM.step ** -2),
      fit: () => this.fit(),
      actual: () => this.actual(),
    };
    for (const [name, action] of Object.entries(clicks))
      this.field(name).addEventListener("click", () => (action(), this.update()));
    for (const button of this.root.querySelectorAll(".strip button"))
      button.addEventListener("click", (event) => {
        this.field(event.shiftKey ? "left" : "right").value = button.dataset.picture;
        this.update();
      });
    this.gestures = new Gestures(this);
  }

  swap() {
    const [left, right] = this.chosen;
    this.field("left").value = right;
    this.field("right").value = left;
  }

  /* Show the state in everything but the canvas, which is drawn with the next frame. */
  update() {
    const { mode } = this;
    if (!this.pictures.length) return;
    const shown = this.chosen.map((n) => this.pictures[n]);
    const names = shown.map(({ label }) => label);
    const stage = this.root.querySelector(".stage");
    const layout = this.layout();
    const ratio = (this.width / this.height) * { one: 1, side: 2, above: 0.5 }[layout];
    const changed = stage.dataset.layout !== layout;
    stage.dataset.layout = layout;
    stage.style.aspectRatio = ratio;
    stage.parentElement.style.maxWidth = `calc(${HEIGHT} * ${ratio})`;
    // 1:1 stays 1:1 in another view.
    if (changed && this.drawn && this.zoom !== 1) this.zoom *= this.drawn / this.scale(this.panels()[0]);
    this.canvas.classList.toggle("tool", Boolean(this.tool));
    this.canvas.style.touchAction = this.zoom > 1 || this.tool ? "none" : "pan-y";
    this.showLegend(mode === "difference" ? [] : shown.flatMap(({ legend }) => legend));
    const tags = mode === "difference" ? [`${names[0]} − ${names[1]}`, ""] : names;
    stage.querySelectorAll(".tag").forEach((tag, n) => (tag.textContent = tags[n]));
    for (const part of this.root.querySelectorAll(".wipe")) part.hidden = mode !== "wipe";
    for (const part of this.root.querySelectorAll(".gain")) part.hidden = mode !== "difference";
    this.root.querySelector(".slide.gain output").textContent = this.field("gain").value;
    this.root.querySelector(".zoom output").textContent = this.percent();
    for (const button of this.root.querySelectorAll(".strip button"))
      button.setAttribute("aria-pressed", this.chosen.includes(Number(button.dataset.picture)));
    this.canvas.setAttribute("aria-label", this.words(names));
    this.showScores();
    this.later();
  }

  showLegend(legend) {
    const place = this.root.querySelector(".legend");
    place.hidden = !legend.length;
    place.replaceChildren(
      ...legend.map(([kind, text]) => {
        const entry = Object.assign(document.createElement("span"), { textContent: text });
        entry.prepend(Object.assign(document.createElement("i"), { className: `swatch ${kind}` }));
        return entry;
      }),
    );
  }

  words([left, right]) {
    const wipe = this.field("wipe").value;
    return {
      wipe: `${left} left of ${wipe} %, ${right} right of it`,
      side: `${left} and ${right}, side by side`,
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
    const box = this.canvas.getBoundingClientRect();
    if (!this.pictures.length || box.width < 1 || box.height < 1) return;
    this.keepInside();
    this.drawn = this.scale(this.panels()[0]);
    for (const canvas of [this.canvas, ...this.scratch])
      Object.assign(canvas, { width: Math.round(box.width * devicePixelRatio), height: Math.round(box.height * devicePixelRatio) });
    const context = this.canvas.getContext("2d");
    const [left, right] = this.chosen.map((n) => this.pictures[n]);
    const [panel, second] = this.panels();
    if (this.mode === "difference") this.subtract(context, left, right, panel);
    else if (second) {
      this.paint(context, left, panel, panel);
      this.paint(context, right, second, second);
    } else this.wipe(context, left, right, panel);
    if (this.tool)
      for (const one of this.panels()) this.within(context, one, one, () => this.tool.draw(context, this.scale(one)));
  }

  wipeTo(at) {
    this.field("wipe").value = (100 * at.x) / this.panels()[0].w;
    this.update();
  }

  wipe(context, left, right, panel) {
    const line = (panel.w * this.field("wipe").value) / 100;
    this.paint(context, left, panel, { ...panel, w: line });
    this.paint(context, right, panel, { ...panel, x: line, w: panel.w - line });
    context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    context.fillStyle = "#fff";
    context.strokeStyle = "#0008";
    context.fillRect(line - 1, 0, 2, panel.h);
    context.beginPath();
    context.arc(line, panel.h / 2, 11, 0, 7);
    context.fill();
    context.stroke();
  }

  /* The amplified difference: "lighter" adds, and stops at white. */
  subtract(context, left, right, panel) {
    const [first, second] = this.scratch.map((canvas) => canvas.getContext("2d"));
    this.paint(first, left, panel, panel);
    this.paint(second, right, panel, panel);
    first.setTransform(1, 0, 0, 1, 0, 0);
    first.globalCompositeOperation = "difference";
    first.drawImage(this.scratch[1], 0, 0);
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.globalCompositeOperation = "lighter";
    for (let n = 0; n < this.field("gain").value; n += 1) context.drawImage(this.scratch[0], 0, 0);
    context.globalCompositeOperation = "source-over";
  }

  /* Draw a picture at the common zoom and centre; only the part within a box shows. */
  paint(context, picture, panel, box) {
    const scale = this.scale(panel);
    const half = { x: panel.w / 2 / scale, y: panel.h / 2 / scale };
    const view = {
      ...{ x0: this.centre.x - half.x, y0: this.centre.y - half.y, x1: this.centre.x + half.x, y1: this.centre.y + half.y },
      ...{ scale: scale * devicePixelRatio, width: this.width, height: this.height },
    };
    this.within(context, panel, box, () => picture.draw(context, view));
  }

  /* Let an action draw in pixels of the picture. */
  within(context, panel, box, action) {
    const scale = this.scale(panel);
    context.save();
    context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    context.beginPath();
    context.rect(box.x, box.y, box.w, box.h);
    context.clip();
    context.translate(panel.x + panel.w / 2, panel.y + panel.h / 2);
    context.scale(scale, scale);
    context.translate(-this.centre.x, -this.centre.y);
    context.imageSmoothingEnabled = scale < 2; // pixels show when they are large
    action();
    context.restore();
  }
}

const viewers = [...document.querySelectorAll(".viewer")].map((root) => new Viewer(root));
