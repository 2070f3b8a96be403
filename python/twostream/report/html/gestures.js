"use strict";

const NEAR = 24; // pixels from the wipe's line at which it is dragged

/* Keys, pointers and the wheel of a viewer. Its `tool`, if it has one, gets what is done with one
   pointer, in pixels of the picture, and sees keys first. Shift or the middle button pans then. */

class Gestures {
  constructor(viewer) {
    Object.assign(this, { viewer, pointers: new Map(), wiping: false, painting: false });
    const { canvas } = viewer;
    canvas.addEventListener("keydown", (event) => this.key(event));
    canvas.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    canvas.addEventListener("pointerdown", (event) => this.down(event));
    canvas.addEventListener("pointermove", (event) => this.move(event));
    canvas.addEventListener("pointerup", (event) => this.up(event));
    canvas.addEventListener("pointercancel", (event) => (this.stop(), this.up(event)));
    canvas.addEventListener("pointerleave", () => viewer.tool && viewer.tool.hover(null));
  }

  key(event) {
    const { viewer } = this;
    if (viewer.tool && viewer.tool.key(event)) return event.preventDefault();
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const wipe = viewer.field("wipe");
    const actions = {
      "+": () => viewer.zoomBy(ZOOM.step),
      "=": () => viewer.zoomBy(ZOOM.step),
      "-": () => viewer.zoomBy(1 / ZOOM.step),
      0: () => viewer.fit(),
      1: () => viewer.actual(),
      ArrowLeft: () => viewer.pan(40, 0),
      ArrowRight: () => viewer.pan(-40, 0),
      ArrowUp: () => viewer.pan(0, 40),
      ArrowDown: () => viewer.pan(0, -40),
      "[": () => (wipe.value = Number(wipe.value) - 2),
      "]": () => (wipe.value = Number(wipe.value) + 2),
      w: () => (viewer.mode = "wipe"),
      s: () => (viewer.mode = "side"),
      d: () => (viewer.mode = "difference"),
      x: () => viewer.swap(),
    };
    const action = actions[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    // At the fitted size arrows still scroll the page.
    if (!action || (event.key.startsWith("Arrow") && viewer.zoom === 1)) return undefined;
    event.preventDefault();
    action();
    return viewer.update();
  }

  wheel(event) {
    if (!event.ctrlKey) return; // the wheel alone scrolls the page
    event.preventDefault();
    this.viewer.zoomBy(Math.exp(-event.deltaY / 200), this.viewer.place(event));
    this.viewer.update();
  }

  down(event) {
    const { viewer, pointers } = this;
    const at = viewer.place(event);
    viewer.canvas.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, at);
    if (event.button === 1) event.preventDefault();
    if (pointers.size > 1) return this.stop();
    this.painting = Boolean(viewer.tool) && event.button === 0 && !event.shiftKey;
    if (this.painting) return viewer.tool.down(viewer.point(event));
    const line = (viewer.panels()[0].w * viewer.field("wipe").value) / 100;
    this.wiping = !viewer.tool && viewer.mode === "wipe" && (viewer.zoom === 1 || Math.abs(at.x - line) < NEAR);
    return this.wiping && viewer.wipeTo(at);
  }

  move(event) {
    const { viewer, pointers } = this;
    const before = pointers.get(event.pointerId);
    if (viewer.tool && event.pointerType !== "touch") viewer.tool.hover(viewer.point(event));
    if (!before) return;
    const at = viewer.place(event);
    const other = [...pointers].find(([id]) => id !== event.pointerId);
    pointers.set(event.pointerId, at);
    if (this.painting) {
      const passed = event.getCoalescedEvents ? event.getCoalescedEvents() : [];
      (passed.length ? passed : [event]).forEach((one) => viewer.tool.move(viewer.point(one)));
      viewer.later();
      return;
    }
    if (other) this.pinch(before, at, other[1]);
    else if (this.wiping) viewer.wipeTo(at);
    else viewer.pan(at.x - before.x, at.y - before.y);
    viewer.update();
  }

  up(event) {
    this.pointers.delete(event.pointerId);
    if (this.painting) this.viewer.tool.up();
    this.painting = this.wiping = false;
  }

  /* A second finger pinches, whatever the first one has begun. */
  stop() {
    if (this.painting) this.viewer.tool.cancel();
    this.painting = this.wiping = false;
  }

  pinch(before, at, other) {
    const distance = (a) => Math.hypot(a.x - other.x, a.y - other.y) || 1;
    this.viewer.pan((at.x - before.x) / 2, (at.y - before.y) / 2);
    this.viewer.zoomBy(distance(at) / distance(before), { x: (at.x + other.x) / 2, y: (at.y + other.y) / 2 });
  }
}
