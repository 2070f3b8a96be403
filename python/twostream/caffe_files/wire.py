"""A bound on the fields of a binary protobuf message; each may take 100 times its bytes, parsed."""

from google.protobuf.descriptor import FieldDescriptor

_VARINT, _EIGHT, _LENGTH, _FOUR = 0, 1, 2, 5
_COMPACT = (
    FieldDescriptor.TYPE_FLOAT,
    FieldDescriptor.TYPE_DOUBLE,
    FieldDescriptor.TYPE_STRING,
    FieldDescriptor.TYPE_BYTES,
)
"""Types that take no more memory than bytes in the file."""


def count_fields(data, descriptor, most):
    """Count the fields of a message and of those within it, and its packed integers' bytes.

    Stop beyond `most`, and where the message is damaged; the parser reports damage.
    """
    count, waiting = 0, [(0, len(data), descriptor)]
    while waiting and count <= most:
        place, end, message = waiting.pop()
        while place < end and count <= most:
            count += 1
            tag, place = _varint(data, place)
            length, start = _extent(data, place, tag & 7)
            field = message.fields_by_number.get(tag >> 3)
            if tag & 7 == _LENGTH and field and field.message_type:
                waiting.append((start, min(start + length, end), field.message_type))
            elif tag & 7 == _LENGTH and field and field.type not in _COMPACT:
                count += length
            place = start + length
    return count


def _extent(data, place, kind):
    """Return length and start of a field's content; all that is left if the kind is unknown."""
    if kind == _LENGTH:
        return _varint(data, place)
    if kind == _VARINT:
        return 0, _varint(data, place)[1]
    return {_EIGHT: 8, _FOUR: 4}.get(kind, len(data)), place


def _varint(data, place):
    number = shift = 0
    while place < len(data) and shift < 70:
        number |= (data[place] & 127) << shift
        place, shift = place + 1, shift + 7
        if data[place - 1] < 128:
            break
    return number, place
