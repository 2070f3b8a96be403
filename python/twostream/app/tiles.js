"use strict";

const TILE = 1024;
const KEPT = 96; // tiles of a picture

/* A picture in tiles, which are loaded when they are seen; one of before shows until then. */

class Tiled {
  constructor(shown, key, label, legend, before) {
    Object.assign(this, { shown, key, label, legend, before, tiles: new Map() });
    this.levels = 1 + Math.max(0, Math.ceil(Math.log2(Math.max(shown.width, shown.height) / TILE)));
  }

  draw(context, view) {
    const ratio = view.width / this.shown.width; // pixels of the viewer for one of this picture
    const wanted = Math.min(Math.max(0, Math.floor(-Math.log2(view.scale * ratio))), this.levels - 1);
    const coarse = this.drawLevel(context, view, this.levels - 1, true);
    if (!coarse && this.before) this.before.draw(context, view);
    for (let level = this.levels - 2; level >= wanted; level -= 1) this.drawLevel(context, view, level, level === wanted);
  }

  drawLevel(context, view, level, load) {
    const side = 2 ** level;
    const scale = [view.width / Math.ceil(this.shown.width / side), view.height / Math.ceil(this.shown.height / side)];
    const last = [this.shown.width, this.shown.height].map((length) => Math.ceil(length / side / TILE) - 1);
    const span = (from, to, n) => [Math.max(0, Math.floor(from / scale[n] / TILE)), Math.min(last[n], Math.floor(to / scale[n] / TILE))];
    const [[x0, x1], [y0, y1]] = [span(view.x0, view.x1, 0), span(view.y0, view.y1, 1)];
    let complete = true;
    for (let y = y0; y <= y1; y += 1)
      for (let x = x0; x <= x1; x += 1) {
        const tile = this.tile(`${level}-${x}-${y}`, load);
        if (tile && tile.complete && tile.naturalWidth)
          context.drawImage(tile, x * TILE * scale[0], y * TILE * scale[1], tile.naturalWidth * scale[0], tile.naturalHeight * scale[1]);
        else complete = false;
      }
    return complete;
  }

  tile(name, load) {
    let tile = this.tiles.get(name);
    if (!tile && load) {
      tile = Object.assign(new Image(), { onload: () => ((Tiled.loaded += 1), viewers[0].later()), src: `/levels/${this.shown.number}/${this.key}/${name}` });
      if (this.tiles.size >= KEPT) this.tiles.delete(this.tiles.keys().next().value);
      this.tiles.set(name, tile);
    }
    return tile;
  }
}

Tiled.loaded = 0; // tiles of all pictures
