"use strict";

/* The amplified difference of two pictures, computed again when the pictures change. */

class Difference {
  constructor(width, height) {
    this.width = width;
    this.height = height;
    this.shown = [];
  }

  of(left, right, gain) {
    const asked = [left, right, gain];
    if (asked.every((value, n) => value === this.shown[n])) return this.canvas;
    const [a, b] = [left, right].map((picture) => this.pixels(picture));
    for (let n = 0; n < a.data.length; n += 1)
      if (n % 4 !== 3) a.data[n] = Math.abs(a.data[n] - b.data[n]) * gain; // clamped by its type
    this.canvas = this.blank();
    this.canvas.getContext("2d").putImageData(a, 0, 0);
    this.shown = asked;
    return this.canvas;
  }

  pixels(picture) {
    const context = this.blank().getContext("2d", { willReadFrequently: true });
    context.drawImage(picture, 0, 0, this.width, this.height);
    return context.getImageData(0, 0, this.width, this.height);
  }

  blank() {
    return Object.assign(document.createElement("canvas"), { width: this.width, height: this.height });
  }
}
