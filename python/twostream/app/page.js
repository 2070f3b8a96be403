"use strict";

/* The page: sends files and choices to the server, and shows its state. */

const STEPS = { wait: "Waiting", read: "Reading frames", register: "Registering", fuse: "Fusing", write: "Writing" };
const JOBS = { preview: "Preview: " };
const at = (id) => document.getElementById(id);
const viewer = viewers[0];
const surface = new Surface(at("surface"));
const retouch = new Retouch(viewer, (change) => act(["/retouch", change]));
let state = { frames: [] };
let drawn = ""; // content of the viewer
let asking = 0;
let visit = Math.random(); // which page asks, as it may be open twice
let acting = Promise.resolve(); // until the server has all that was done

/* Requests. */

async function post(path, body) {
  const answer = await fetch(path, { method: "POST", body: body instanceof Blob || !body ? body : JSON.stringify(body) });
  const found = await answer.json().catch(() => ({ error: "The server does not answer." }));
  if (found.error) throw new Error(found.error);
}

/* Do something on the server, one after the other, and show its state or its sentence. */
function act(...requests) {
  return inTurn(() => perform(requests));
}

function inTurn(work) {
  acting = acting.then(work);
  return acting;
}

async function perform(requests) {
  const done = await send(requests);
  if (done) await refresh();
  return done;
}

async function send(requests) {
  try {
    for (const [path, body] of requests) await post(path, body);
  } catch (error) {
    say([error.message === "Failed to fetch" ? "The server does not answer." : error.message], true);
    return false;
  }
  return true;
}

function say(lines, failed) {
  at("said").replaceChildren(
    ...lines.map((line) => {
      const said = Object.assign(document.createElement("p"), { textContent: line });
      if (failed) Object.assign(said, { className: "failed", role: "alert" });
      return said;
    }),
  );
}

async function refresh() {
  clearTimeout(asking);
  try {
    const answer = await fetch(`/state?visit=${visit}`);
    const found = await answer.json();
    if (found.error) say([found.error], true);
    else show(found);
  } catch {
    say(["The server does not answer."], true);
  }
  asking = setTimeout(refresh, state.progress ? 250 : 5000);
}

async function upload(files) {
  const all = [...files];
  const sent = [];
  for (const [n, file] of all.entries()) {
    progress({ share: n / all.length, text: `Sending ${n + 1} of ${all.length}` });
    sent.push(await inTurn(() => send([[`/frames?name=${encodeURIComponent(file.name)}`, file]])));
  }
  if (sent.some(Boolean)) await act(["/look"]);
  else progress(null);
}

/* The content of the page. */

function show(found) {
  const before = state;
  state = found;
  const busy = found.progress && found.progress.what;
  const used = found.frames.filter((frame) => frame.used).length;
  at("drop").classList.toggle("small", found.frames.length > 0);
  for (const id of ["frames", "work"]) at(id).hidden = !found.frames.length && !busy;
  at("count").textContent = `${used} of ${found.frames.length} are fused, in the order of their focus`;
  if (JSON.stringify(before.frames) !== JSON.stringify(found.frames)) at("cards").replaceChildren(...found.frames.map(card));
  at("fuse").disabled = used < 2;
  at("cancel").hidden = !busy;
  at("saving").hidden = !found.result || Boolean(busy);
  const shown = found.result || found.preview;
  retouch.follow(found.strokes, Boolean(found.result)).then(() => surface.follow(shown, retouch.strokes, retouch.version));
  progress(found.progress && { ...found.progress, text: words(found.progress) });
  for (const [name, value] of Object.entries(found.options || {})) {
    const field = document.querySelector(`#options [name="${name}"]`);
    field[field.type === "checkbox" ? "checked" : "value"] = value;
  }
  showPictures(shown);
  if (before.version !== found.version || !found.result !== !before.result) say(found.failed ? found.said : [...found.said, ...lines(found)], found.failed);
}

function lines({ result, preview, progress: running }) {
  if (result) return result.lines;
  return preview && !running ? ["This is a preview of reduced frames. Press Fuse for the full size."] : [];
}

function words({ what, step, left }) {
  const time = left === null ? "" : `, about ${left > 90 ? `${Math.round(left / 60)} min` : `${Math.ceil(left)} s`} left`;
  return `${JOBS[what] || ""}${STEPS[step] || step}${time}`;
}

function progress(running) {
  at("progress").hidden = !running;
  if (!running) return;
  at("work").hidden = false;
  at("progress").querySelector("progress").value = running.share;
  at("step").textContent = running.text;
}

function showPictures(shown) {
  at("shown").hidden = !shown;
  const now = shown ? `${shown.number}` : "";
  if (now === drawn) return;
  drawn = now;
  if (!shown) return viewer.show([], 1, 1);
  const label = (number) => state.frames.find((frame) => frame.number === number).label;
  const old = (key) => viewer.pictures.filter((one) => one.key === key).map((one) => one.fused || one)[0];
  const keys = [...shown.frames.map((number, n) => [`frame-${n}`, `${n + 1}: ${label(number)}`, []])];
  keys.push(...shown.maps.map(({ key, legend }) => [key, `${key[0].toUpperCase()}${key.slice(1)} map`, legend]), ["fused", "Result", []]);
  const pictures = keys.map(([key, name, legend]) => new Tiled(shown, key, name, legend, old(key)));
  for (const one of pictures) if (one.before) one.before.before = null;
  for (const [n, number] of shown.frames.entries()) {
    pictures[n].number = number;
    if (!pictures[n].before) pictures[n].before = thumbnail(number); // until the server has drawn the frame
  }
  if (!shown.preview) pictures.push(new Retouched(pictures.pop(), pictures, retouch));
  retouch.fit(shown);
  viewer.show(pictures, Math.round(shown.width * shown.factor), Math.round(shown.height * shown.factor));
  showFiles(shown);
}

function thumbnail(number) {
  return new Loaded(Object.assign(new Image(), { onload: () => viewer.later(), src: `/thumbnails/${number}` }));
}

/* Buttons for the maps, the mesh and the record. */
function showFiles(shown) {
  const files = [...shown.maps.map(({ key }) => [key, `${key[0].toUpperCase()}${key.slice(1)} map`]), ["record", "Record"]];
  if (shown.maps.some(({ key }) => key === "depth")) files.push(["mesh", "Mesh (PLY)"]);
  at("more").hidden = shown.preview;
  at("more").replaceChildren(
    "Also download:",
    ...files.map(([what, text]) => {
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: text });
      button.addEventListener("click", () => download(what));
      return button;
    }),
  );
}

/* A frame: thumbnail, tick box, sharpness, exposure, findings of the checks, and its place. */
function card(frame, n, all) {
  const sharpest = Math.max(...all.filter((one) => !one.problem).map((one) => one.sharpness)) || 1;
  const lit = all.filter((one) => one.readable).map((one) => one.brightness).sort((a, b) => a - b);
  const stops = frame.brightness > 0 ? Math.log2(frame.brightness / lit[lit.length >> 1]) : 0;
  const share = frame.sharpness / sharpest;
  const part = (tag, fields, ...inside) => {
    const made = Object.assign(document.createElement(tag), fields);
    made.append(...inside);
    return made;
  };
  const picture = frame.readable ? part("img", { src: `/thumbnails/${frame.number}`, alt: "", loading: "lazy" }) : part("span", { className: "none" });
  const box = part("input", { type: "checkbox", checked: frame.used, disabled: !frame.readable });
  box.addEventListener("change", () => edit(all.map((one) => (one === frame ? { ...one, used: box.checked } : one))));
  const view = part("button", { type: "button", className: "view", disabled: !frame.used, ariaLabel: `Show ${frame.label} at the left` }, picture);
  view.addEventListener("click", () => look(frame.number));
  const moves = [[-1, "‹", "earlier"], [1, "›", "later"]].map(([by, text, word]) => {
    const button = part("button", { type: "button", textContent: text, disabled: !all[n + by], ariaLabel: `Move ${frame.label} ${word}` });
    button.addEventListener("click", () => move(n, n + by));
    return button;
  });
  const made = part("li", { className: frame.used ? "card" : "card out", draggable: true, title: frame.label }, view, part("label", {}, box, part("span", { textContent: frame.label })));
  if (frame.readable && !frame.problem)
    made.append(
      part("div", { className: "measures" },
        part("meter", { value: share, max: 1, title: "Sharpness", ariaLabel: `Sharpness of ${frame.label}` }),
        part("small", { textContent: `${Math.round(100 * share)} %${Math.abs(stops) < 0.05 ? "" : `, ${stops > 0 ? "+" : "−"}${Math.abs(stops).toFixed(1)} EV`}`, title: "Sharpness, as a share of the sharpest frame, and exposure" })),
    );
  if (frame.problem) made.append(part("p", { className: "problem", textContent: frame.problem }));
  made.append(part("div", { className: "moves" }, ...moves));
  made.addEventListener("dragstart", (event) => (event.dataTransfer.setData("text/x-frame", n), made.classList.add("dragged")));
  made.addEventListener("dragend", () => made.classList.remove("dragged"));
  made.addEventListener("dragover", (event) => event.dataTransfer.types.includes("text/x-frame") && event.preventDefault());
  made.addEventListener("drop", (event) => event.dataTransfer.types.includes("text/x-frame") && (event.preventDefault(), move(Number(event.dataTransfer.getData("text/x-frame")), n)));
  return made;
}

function move(from, to) {
  const frames = [...state.frames];
  frames.splice(to, 0, ...frames.splice(from, 1));
  edit(frames);
}

/* Change the frames, and fuse them again at reduced size. */
function edit(frames) {
  const used = frames.filter((frame) => frame.used).length;
  act(["/edit", { frames: frames.map((frame) => [frame.number, frame.used]) }], ...(used > 1 ? [["/preview"]] : []));
}

function look(number) {
  const place = (state.result || state.preview || { frames: [] }).frames.indexOf(number);
  const chosen = viewer.pictures.findIndex((one) => one.key === `frame-${place}`);
  if (chosen < 0) return;
  viewer.field("left").value = chosen;
  viewer.update();
}

async function download(what) {
  if (await act([`/save/${encodeURIComponent(what)}`])) {
    const link = Object.assign(document.createElement("a"), { href: `/download/${what}`, download: "" });
    link.click();
  }
}

function listen() {
  at("files").addEventListener("change", (event) => upload(event.target.files).then(() => (event.target.value = "")));
  for (const name of ["dragover", "drop"])
    document.addEventListener(name, (event) => {
      if (!event.dataTransfer.types.includes("Files")) return;
      event.preventDefault();
      if (name === "drop") upload(event.dataTransfer.files);
    });
  at("fuse").addEventListener("click", () => act(["/fuse"]));
  at("cancel").addEventListener("click", () => perform([["/cancel"]]));
  at("download").addEventListener("click", () => download(at("format").value));
  for (const field of document.querySelectorAll("#options [name]"))
    field.addEventListener("change", () => {
      const value = field.type === "checkbox" ? field.checked : field.value;
      const ready = state.frames.filter((frame) => frame.used).length > 1;
      act(["/edit", { options: { [field.name]: value } }], ...(ready ? [["/preview"]] : []));
    });
  addEventListener("pagehide", () => navigator.sendBeacon(`/bye?visit=${visit}`));
  addEventListener("pageshow", (event) => event.persisted && ((visit = Math.random()), refresh()));
}

listen();
refresh();
