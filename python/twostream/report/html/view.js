"use strict";

const ZOOM = { most: 32, step: 1.25 }; // most: as a multiple of the fitted size, and of 1:1

/* The view of a viewer: panels, zoom, and the centre, in pixels of the picture. */

class View {
  constructor(root) {
    this.root = root;
    this.canvas = root.querySelector("canvas");
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

  fit() {
    this.zoom = 1;
    this.centre = { x: this.width / 2, y: this.height / 2 };
  }

  /* One pixel of the picture on one of the screen. */
  actual() {
    this.zoomBy(1 / (this.scale(this.panels()[0]) * devicePixelRatio));
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
    return this.root.clientWidth < 600 ? "above" : "side";
  }

  scale(panel) {
    return Math.min(panel.w / this.width, panel.h / this.height) * this.zoom;
  }

  /* The place of the picture at a point of the canvas stays where it is. */
  zoomBy(factor, point) {
    const panel = this.panels()[0];
    const from = this.scale(panel);
    const actual = this.zoom / (from * devicePixelRatio);
    this.zoom = Math.min(Math.max(this.zoom * factor, Math.min(1, actual)), ZOOM.most * Math.max(1, actual));
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

  /* Pan until a place of the picture is seen. */
  reveal({ x, y }) {
    const panel = this.panels()[0];
    const [across, down] = [panel.w, panel.h].map((length) => (0.45 * length) / this.scale(panel));
    this.centre.x = Math.min(Math.max(this.centre.x, x - across), x + across);
    this.centre.y = Math.min(Math.max(this.centre.y, y - down), y + down);
  }

  keepInside() {
    const panel = this.panels()[0];
    const half = { x: panel.w / 2 / this.scale(panel), y: panel.h / 2 / this.scale(panel) };
    const inside = (value, reach, length) =>
      2 * reach >= length ? length / 2 : Math.min(Math.max(value, reach), length - reach);
    this.centre.x = inside(this.centre.x, half.x, this.width);
    this.centre.y = inside(this.centre.y, half.y, this.height);
  }

  /* Size of the picture on the screen: 100 % is 1:1. */
  percent() {
    return `${Math.round(100 * this.scale(this.panels()[0]) * devicePixelRatio)} %`;
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

  /* The same in pixels of the picture. */
  point(event) {
    const [panel] = this.panels();
    const at = this.place(event);
    const scale = this.scale(panel);
    return { x: this.centre.x + (at.x - panel.w / 2) / scale, y: this.centre.y + (at.y - panel.h / 2) / scale };
  }
}
