import pytest

from twostream.caffe_files.blobs import blob_bytes
from twostream.caffe_files.prototxt import read_net
from twostream.errors import BadInput
from twostream.fusion.memory import Nets, Stack, needed, plan
from twostream.fusion.tree import most_waiting
from twostream.methods import select, two_stream
from twostream.nets.pretrained import files_of

PAIR = Stack(2, (4000, 6000, 3), 2)
LIMITS = (850 * 10**6, 10**9, 2 * 10**9)


def of_select(tile, threads=2, stack=PAIR, weights="colour"):
    return select.nets(stack, tile, threads, weights)


def test_bytes_of_blobs_count_those_in_place_once():
    """The paper's net, 64 filters: two inputs, conv1 and conv2 of both, and what joins them."""
    net = read_net(files_of("two_stream")[0])
    shapes = 2 * (1 + 64 + 64) + 128 + 64 + 64 + 1
    assert blob_bytes(net, (10, 20)) == 4 * 10 * 20 * shapes
    assert net.layer[0].input_param.shape[0].dim[2] != 10


@pytest.mark.parametrize(
    ("number", "streams", "most"),
    [(2, 2, 2), (3, 2, 2), (4, 2, 3), (8, 2, 4), (500, 2, 5), (3, 3, 3)],
)
def test_most_waiting(number, streams, most):
    assert most_waiting(number, streams) == most


def test_nets_take_more_for_larger_tiles_and_more_threads():
    small, large, many = of_select(128), of_select(512), of_select(512, threads=4)
    assert small.tiles < large.tiles < many.tiles
    assert small.pieces == large.pieces == many.pieces / 2
    assert of_select(512, weights="multiscale").pieces > large.pieces
    assert two_stream.nets(PAIR, 128, 2).tiles < two_stream.nets(PAIR, 512, 2).tiles


def test_a_tile_is_no_larger_than_the_picture():
    tiny = Stack(2, (50, 40, 3), 1)
    assert of_select(512, 2, tiny) == of_select(128, 2, tiny)


def test_all_but_the_pictures_is_the_same_for_any_number_of_them():
    """A long stack is streamed: only what a tree holds counts, and kept frames."""
    nets = Nets(10**8, 10**7, 2, True)
    ten, thousand = (needed(Stack(n, (1000, 2000, 3), 1), nets, 0) for n in (20, 1000))
    assert ten == thousand
    kept = needed(Stack(1000, (1000, 2000, 3), 1), nets, 6_000_000)
    assert 0 < kept - thousand <= 6_000_000


def test_what_is_done_to_frames_takes_memory():
    nets = of_select(128)
    plain = needed(PAIR, nets, 0)
    done = [{"filled": True, "moved": True}, {"levelled": True}]
    done += [{"watched": True}, {"depth": True}, {"report": True}]
    assert all(needed(Stack(2, PAIR.shape, 2, **what), nets, 0) > plain for what in done)


def test_tiles_come_first_and_then_frames():
    found = [plan(limit, PAIR, of_select, 2) for limit in LIMITS]
    assert [one.threads for one in found] == [1, 2, 2]
    assert 64 <= found[0].tile <= found[1].tile < found[2].tile == 512
    assert found[2].room == 2 * PAIR.frame
    for one, limit in zip(found, LIMITS):
        assert needed(PAIR, of_select(one.tile, one.threads), one.room) <= limit


def test_too_little_names_the_least():
    least = needed(PAIR, of_select(64, 1), 0)
    with pytest.raises(BadInput, match=rf"take at least {-(-least // 10**6)}MB .* allows 300MB\.$"):
        plan(3 * 10**8, PAIR, of_select, 2)
    assert plan(least, PAIR, of_select, 64).tile == 64
