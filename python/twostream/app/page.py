"""The page: what is asked and what is shown."""

import gradio as gr

from ..alignment.alignment import MODELS
from ..methods import METHODS
from .choice import FLAGS, FORMATS, MAPS
from .events import SHOWN, Events, said
from .sessions import Sessions

THEME = gr.themes.Default(
    primary_hue="blue", font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"]
)
"""Fonts of the system: none is fetched."""
CSS = """
.gradio-container { max-width: 1400px !important; margin: 0 auto !important; }
.said p { margin: 0 0 .5em; overflow-wrap: anywhere; }
.said .failed { border-left: 4px solid #d33; padding-left: .6em; }
@media (max-width: 500px) {
  tr.file td { padding-inline: 4px !important; min-width: 0 !important; }
}
.legend p { font-size: 13px; opacity: .8; }
.said pre { white-space: pre-wrap; overflow-wrap: anywhere; font-size: 12px; opacity: .8; }
"""
HINT = "Add pictures of one scene that are focused at different depths, then press Preview."
DEFAULT = "select"


def launch(limits, jobs, folder, host, port):
    """Start the page's server in a thread; raise OSError if the port is not free.

    Files are kept in the folder while the page is open. Return the gradio.Blocks.
    """
    sessions = Sessions(folder / "results")
    gr.set_static_paths([sessions.folder])  # served from there, not copied
    page = make_page(Events(limits, jobs, sessions))
    page.queue(max_size=20).launch(
        server_name=host,
        server_port=port,
        share=False,
        prevent_thread_lock=True,
        quiet=True,
        max_file_size=limits.megabytes * 10**6,
        theme=THEME,
        css=CSS,
        footer_links=[],
        ssr_mode=False,
        pwa=False,
        enable_monitoring=False,
    )
    return page


def make_page(events):
    """Lay the page out, as gradio.Blocks."""
    with gr.Blocks(title="twostream", analytics_enabled=False) as page:
        gr.Markdown(
            "# twostream\nPhotographs of one scene, focused at different depths, become one."
        )
        with gr.Row():
            with gr.Column(scale=2, min_width=320):
                asked, buttons = _asked(events)
            with gr.Column(scale=3, min_width=320):
                shown = _results(events)
        _connect(events, asked, buttons, shown)
        page.unload(events.closed)
    return page


def _asked(events):
    """Place what is asked; return it in the order of `Events.fuse`, and the buttons."""
    files = gr.File(
        label="Pictures, or a TIFF with several pages",
        file_count="multiple",
        allow_reordering=True,
        height=180,
    )
    method = gr.Dropdown(_methods(), value=DEFAULT, label="Method")
    align = gr.Radio(list(MODELS), value=MODELS[0], label="Alignment")
    maps = gr.CheckboxGroup(
        [(one.label, name) for name, one in MAPS.items()], value=list(MAPS), label=_maps()
    )
    suffix = gr.Radio(list(FORMATS.items()), value="", label="Format of the result")
    with gr.Accordion("More", open=False):
        flags = gr.CheckboxGroup(
            [(f"{text} (--{flag.replace('_', '-')})", flag) for flag, text in FLAGS.items()],
            show_label=False,
        )
    with gr.Row():
        buttons = [
            gr.Button("Preview", min_width=90),
            gr.Button("Fuse", variant="primary", min_width=90),
            gr.Button("Cancel", variant="stop", min_width=90),
        ]
    files.upload(events.uploaded, files, None, api_visibility="private", show_progress="hidden")
    return [files, method, align, maps, flags, suffix], buttons


def _maps():
    choosing = ", ".join(name for name, method in METHODS.items() if method.chooses)
    return f"Maps (focus and depth: only with {choosing})"


def _methods():
    names = dict.fromkeys([DEFAULT, "two_stream", *METHODS])
    return [(f"{name} ({METHODS[name].paper})", name) for name in names]


def _results(events):
    """Place what is shown: components by the names of `events.SHOWN`."""
    shown = {"said": gr.HTML(said([HINT]), elem_classes="said"), "result": gr.State()}
    shown["side"] = gr.ImageSlider(
        label="A source (left) and the result (right)",
        interactive=False,
        visible=False,
        max_height=620,
        buttons=["fullscreen"],
    )
    shown["source"] = gr.Dropdown(label="Source on the left", visible=False)
    shown["download"] = gr.DownloadButton(variant="primary", visible=False)
    with gr.Row():
        for name, one in MAPS.items():
            shown[name] = gr.Image(
                label=one.label, visible=False, min_width=200, buttons=["fullscreen"]
            )
    shown["legend"] = gr.HTML(elem_classes="said legend")
    shown["maps"] = gr.File(label="Files of the maps", visible=False, interactive=False)
    shown["source"].input(
        events.wiped,
        [shown["source"], shown["result"]],
        shown["side"],
        api_visibility="private",
        show_progress="hidden",
    )
    return shown


def _connect(events, asked, buttons, shown):
    """Let the buttons preview, fuse and cancel; one fusion at a time runs for all pages."""
    preview, fuse, cancel = buttons
    outputs = [shown[name] for name in SHOWN]
    running = [
        button.click(
            does,
            asked,
            outputs,
            show_progress_on=shown["said"],
            concurrency_limit=1,
            concurrency_id="fusion",
            api_visibility="private",
        )
        for button, does in ((preview, events.preview), (fuse, events.fuse))
    ]
    cancel.click(
        events.cancel, None, shown["said"], cancels=running, queue=False, api_visibility="private"
    )
