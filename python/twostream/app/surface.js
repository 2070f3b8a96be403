"use strict";

/* The depth map as a surface to turn, with the result on it. The first frame is in front. */

const VERTEX = `#version 300 es
in vec3 place; // x and y from -1 to 1, and the depth from 0 to 1
uniform vec4 look; // turns around the vertical and the horizontal axis, zoom, height
uniform vec2 shape, screen; // half sides of the picture and of the canvas; the shorter ones are 1 at most
out vec2 at;
out vec3 seen;
void main() {
  at = place.xy * vec2(0.5, -0.5) + 0.5;
  vec3 p = vec3(place.xy * shape, (0.5 - place.z) * look.w);
  vec2 c = cos(look.xy), s = sin(look.xy);
  p = vec3(c.x * p.x + s.x * p.z, p.y, c.x * p.z - s.x * p.x);
  seen = vec3(p.x, c.y * p.y - s.y * p.z, c.y * p.z + s.y * p.y);
  float far = 4.0 - seen.z;
  gl_Position = vec4(3.4 * look.z * seen.xy / screen, (0.25 * far - 0.5) * far, far);
}`;
const FRAGMENT = `#version 300 es
precision highp float;
in vec2 at;
in vec3 seen;
uniform sampler2D picture;
out vec4 colour;
void main() {
  vec3 normal = normalize(cross(dFdx(seen), dFdy(seen)));
  colour = vec4(texture(picture, at).rgb * (0.55 + 0.45 * abs(normal.z)), 1.0);
}`;

class Surface {
  constructor(root) {
    Object.assign(this, { root, canvas: root.querySelector("canvas"), look: [-0.5, 0.5, 1] });
    this.height = root.querySelector("input");
    root.addEventListener("toggle", () => this.load());
    this.height.addEventListener("input", () => this.draw());
    this.canvas.addEventListener("pointerdown", (event) => this.canvas.setPointerCapture(event.pointerId));
    this.canvas.addEventListener("pointermove", (event) => event.buttons && this.turn(event.movementX / 150, event.movementY / 150));
    this.canvas.addEventListener("keydown", (event) => this.key(event));
    new ResizeObserver(() => this.draw()).observe(this.canvas);
  }

  /* Offer the surface of a result that has a depth map, with the depth of frames that strokes take. */
  follow(shown, strokes, version) {
    this.root.hidden = !shown || !shown.maps.some(({ key }) => key === "depth");
    if (this.root.hidden) return;
    Object.assign(this, { shown, strokes: shown.preview ? [] : strokes, state: `${shown.number} ${version}` });
    this.load();
  }

  async load() {
    if (!this.root.open || this.root.hidden || this.drawn === this.state) return;
    const { number, width, height } = this.shown;
    const state = (this.drawn = this.state);
    const levels = Math.max(0, Math.ceil(Math.log2(Math.max(width, height) / TILE)));
    const [depth, picture] = [`/surfaces/${number}`, `/levels/${number}/fused/${levels}-0-0`].map((src) => Object.assign(new Image(), { src }));
    await Promise.all([depth.decode(), picture.decode()]);
    this.gl = this.gl || this.prepare();
    if (this.gl && state === this.drawn) this.fill(depth, picture);
    this.root.querySelector("p").hidden = Boolean(this.gl);
    this.draw();
  }

  prepare() {
    const gl = this.canvas.getContext("webgl2", { antialias: true });
    if (!gl) return null;
    const program = gl.createProgram();
    for (const [kind, text] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]]) {
      const shader = gl.createShader(kind);
      gl.shaderSource(shader, text);
      gl.compileShader(shader);
      gl.attachShader(program, shader);
    }
    gl.linkProgram(program);
    gl.useProgram(program);
    gl.enable(gl.DEPTH_TEST);
    this.uniform = (name) => gl.getUniformLocation(program, name);
    return gl;
  }

  /* Vertices at the pixels of the depth map, two triangles between each four, and the picture. */
  fill(depth, picture) {
    const { gl } = this;
    const [w, h] = [depth.naturalWidth, depth.naturalHeight];
    const context = Object.assign(document.createElement("canvas"), { width: w, height: h }).getContext("2d");
    context.drawImage(depth, 0, 0);
    this.lay(context, w / this.shown.width, h / this.shown.height);
    const { data } = context.getImageData(0, 0, w, h);
    const vertices = new Float32Array(3 * w * h);
    for (let n = 0; n < w * h; n += 1) vertices.set([(2 * (n % w)) / (w - 1) - 1, 1 - (2 * Math.floor(n / w)) / (h - 1), data[4 * n] / 255], 3 * n);
    const corners = [];
    for (let y = 0; y + 1 < h; y += 1)
      for (let x = 0; x + 1 < w; x += 1) {
        const n = y * w + x;
        corners.push(n, n + 1, n + w, n + 1, n + w, n + w + 1);
      }
    this.count = corners.length;
    gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
    gl.bufferData(gl.ARRAY_BUFFER, vertices, gl.STATIC_DRAW);
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, gl.createBuffer());
    gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, new Uint32Array(corners), gl.STATIC_DRAW);
    gl.enableVertexAttribArray(0);
    gl.vertexAttribPointer(0, 3, gl.FLOAT, false, 0, 0);
    gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGB, gl.RGB, gl.UNSIGNED_BYTE, picture);
    gl.generateMipmap(gl.TEXTURE_2D);
    this.shape = [w, h].map((side) => side / Math.max(w, h));
  }

  /* The depth of a frame, where a stroke takes it: from half the weight of the brush on. */
  lay(context, x, y) {
    context.scale(x, y);
    Object.assign(context, { lineCap: "round", lineJoin: "round" });
    for (const { frame, radius, softness, points } of this.strokes) {
      const level = (255 * frame) / (this.shown.frames.length - 1);
      Object.assign(context, { strokeStyle: `rgb(${level} ${level} ${level})`, lineWidth: 2 * radius - Math.max(softness * radius, 1) });
      context.beginPath();
      [points[0], ...points].forEach((point) => context.lineTo(...point));
      context.stroke();
    }
  }

  turn(x, y) {
    this.look[0] += x;
    this.look[1] = Math.min(Math.max(this.look[1] + y, -1.5), 1.5);
    this.draw();
  }

  key(event) {
    const turns = { ArrowLeft: [-0.1, 0], ArrowRight: [0.1, 0], ArrowUp: [0, -0.1], ArrowDown: [0, 0.1] };
    const zooms = { "+": 1.1, "=": 1.1, "-": 1 / 1.1 };
    if (event.key in turns) this.turn(...turns[event.key]);
    else if (event.key in zooms) this.look[2] *= zooms[event.key];
    else return;
    event.preventDefault();
    this.draw();
  }

  draw() {
    const { gl, canvas } = this;
    if (!gl || !this.count || !this.root.open) return;
    const sides = [canvas.clientWidth, canvas.clientHeight].map((side) => Math.round(side * devicePixelRatio));
    Object.assign(canvas, { width: sides[0], height: sides[1] });
    gl.viewport(0, 0, ...sides);
    gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
    gl.uniform4f(this.uniform("look"), ...this.look, this.height.value / 100);
    gl.uniform2f(this.uniform("shape"), ...this.shape);
    gl.uniform2f(this.uniform("screen"), ...sides.map((side) => side / Math.min(...sides)));
    gl.drawElements(gl.TRIANGLES, this.count, gl.UNSIGNED_INT, 0);
  }
}
