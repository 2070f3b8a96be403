import pytest
from real_caffe import run_in_caffe
from refusal import assert_one_sentence

from twostream.caffe_files import prototxt
from twostream.caffe_files.prototxt import layers_of, read_net, read_solver
from twostream.caffe_files.schema import TEST, TRAIN, NetParameter, SolverParameter
from twostream.nets.two_stream import Design, deploy, train_val


def written(tmp_path, text):
    path = tmp_path / "file.prototxt"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize("make", [deploy, train_val])
@pytest.mark.parametrize(
    "design",
    [Design(), Design(shared_streams=True), Design(stride=5, streams=3, output_relu=False)],
)
def test_nets_and_solvers_survive_their_text(tmp_path, make, design):
    net = make(design)
    assert read_net(written(tmp_path, prototxt.text(net))) == net
    solver = SolverParameter(base_lr=1e-5, delta=1e-8, stepvalue=[100, 200], type="Adam")
    solver.solver_mode = solver.CPU
    solver.test_state.add().stage.append("short")
    assert read_solver(written(tmp_path, prototxt.text(solver))) == solver


def test_text_is_what_caffes_users_write():
    net = NetParameter(name="two_stream")
    layer = net.layer.add(name="conv1", type="Convolution", bottom=["data"], top=["conv1"])
    layer.convolution_param.num_output = 64
    assert prototxt.text(net) == (
        'name: "two_stream"\nlayer {\n  name: "conv1"\n  type: "Convolution"\n'
        '  bottom: "data"\n  top: "conv1"\n  convolution_param {\n    num_output: 64\n  }\n}\n'
    )


def test_every_way_of_writing_is_read(tmp_path):
    text = '# a net\nname:\'n\' layer{name:"a" type : "ReLU" relu_param{negative_slope:1e-1,}}'
    net = read_net(written(tmp_path, text + " layer: { name: 'b' top: ['x', 'y'] }\r\n"))
    assert [layer.name for layer in net.layer] == ["a", "b"]
    assert net.layer[0].relu_param.negative_slope == pytest.approx(0.1)
    assert list(net.layer[1].top) == ["x", "y"]


@pytest.mark.parametrize(
    ("read", "text", "words"),
    [
        (read_net, "", ["no layers"]),
        (read_net, "# nothing but a comment\n", ["no layers"]),
        (read_net, 'layer { name: "a"', ["Expected"]),
        (read_net, "hello world", ["1:1"]),
        (read_net, '# a\nlayer { name: "a"\n dropout_param { } }', ["3:2", "dropout_param"]),
        (read_net, 'layers { name: "of Caffe before 1.0" }', ["layers"]),
        (read_net, "layer { name: 5 }", ["1:15", "string"]),
        (read_net, "layer { convolution_param { num_output: -3 } }", ["1:41", "-3"]),
        (read_net, "layer { include { phase: OTHER } }", ["1:26", "OTHER"]),
        (read_net, 'base_lr: 1e-3 type: "Adam"', ["base_lr"]),
        (read_net, b"\n\x0atwo_stream\xa2\x06\xff\xfe", ["not a text file"]),
        (read_solver, "base_lr: fast", ["1:10", "fast"]),
        (read_solver, 'type: "Adam"\nlearning_rate: 1', ["2:1", "learning_rate"]),
        (read_solver, 'layer { name: "a" }', ["layer"]),
        (read_solver, b"\x89HDF\r\n\x1a\n", ["not a text file"]),
    ],
)
def test_bad_text_is_one_sentence_that_names_the_file(tmp_path, read, text, words):
    assert_one_sentence(read, written(tmp_path, text), *words)
    assert_one_sentence(read, tmp_path / "absent.prototxt", "No such file")
    assert_one_sentence(read, tmp_path, "it is a folder")


RULES = {
    "always": "",
    "train": "include { phase: TRAIN }",
    "test": "include { phase: TEST }",
    "either": "include { phase: TRAIN } include { phase: TEST }",
    "not_train": "exclude { phase: TRAIN }",
    "never": "exclude { }",
    "staged": 'include { stage: "deploy" }',
    "not_staged": 'include { not_stage: "deploy" }',
    "unless_staged": 'exclude { stage: "deploy" }',
    "from_0": "include { min_level: 0 }",
    "from_1": "include { min_level: 1 }",
    "to_0": "include { phase: TEST max_level: 0 }",
    "to_minus_1": "include { max_level: -1 }",
}
TRAIN_LAYERS = ["always", "train", "either", "not_staged", "unless_staged", "from_0"]
TEST_LAYERS = ["always", "test", "either", "not_train", "not_staged", "unless_staged", "from_0"]


@pytest.fixture
def net_of_rules(tmp_path):
    """A net of Input layers with rules for phases and states."""
    layer = 'layer {{ name: "{0}" type: "Input" top: "{0}" input_param {{ shape {{ }} }} {1} }}'
    return written(tmp_path, "\n".join(layer.format(*rule) for rule in RULES.items()))


def test_layers_of_a_phase(net_of_rules):
    net = read_net(net_of_rules)
    assert [layer.name for layer in layers_of(net, TRAIN)] == TRAIN_LAYERS
    assert [layer.name for layer in layers_of(net, TEST)] == [*TEST_LAYERS, "to_0"]


@pytest.mark.caffe
def test_real_caffe_takes_the_same_layers_of_a_phase(net_of_rules):
    names = run_in_caffe(
        "import caffe, sys\n"
        "for phase in (caffe.TRAIN, caffe.TEST):\n"
        "    print(*caffe.Net(sys.argv[1], phase)._layer_names)\n",
        net_of_rules,
    )
    assert [line.split() for line in names.splitlines()] == [TRAIN_LAYERS, [*TEST_LAYERS, "to_0"]]
