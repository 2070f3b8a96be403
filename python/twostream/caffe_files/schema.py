"""Message classes of schema.proto, made at import.

They have their own descriptor pool and package name, because pycaffe registers its messages in
protobuf's default pool and both can be in one process.
"""

import re
from pathlib import Path

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

PACKAGE = "twostream.caffe"
_FIELD = descriptor_pb2.FieldDescriptorProto
_TOKEN = re.compile(r'"[^"]*"|[\w.+-]+|[{}=;\[\],]')
_COMMENT = re.compile(r"//.*")


class _Parser:
    """Recursive descent over the subset of the proto2 language that schema.proto uses."""

    def __init__(self, text):
        self.tokens = iter(_TOKEN.findall(_COMMENT.sub("", text)))

    def take(self, count=1):
        return [next(self.tokens) for _ in range(count)]

    def file(self):
        proto = descriptor_pb2.FileDescriptorProto(
            name="twostream/caffe.proto", package=PACKAGE, syntax="proto2"
        )
        for keyword in self.tokens:
            if keyword == "enum":
                self.enum(proto.enum_type.add())
            else:
                self.message(proto.message_type.add())
        return proto

    def message(self, proto):
        proto.name, _ = self.take(2)
        for keyword in self.tokens:
            if keyword == "}":
                return
            if keyword == "enum":
                self.enum(proto.enum_type.add())
            else:
                self.field(proto.field.add(), keyword)

    def enum(self, proto):
        proto.name, _ = self.take(2)
        for name in self.tokens:
            if name == "}":
                return
            _, number, _ = self.take(3)
            proto.value.add(name=name, number=int(number))

    def field(self, proto, label):
        kind, proto.name, _, number, end = self.take(5)
        proto.number = int(number)
        proto.label = getattr(_FIELD, "LABEL_" + label.upper())
        if kind.islower() or kind[-1].isdigit():
            proto.type = getattr(_FIELD, "TYPE_" + kind.upper())
        else:
            proto.type_name = kind
        if end == "[":
            self.option(proto)

    def option(self, proto):
        name, _, value, _, _ = self.take(5)
        if name == "packed":
            proto.options.packed = value == "true"
        else:
            proto.default_value = value.strip('"')


def _message_class(pool, name):
    descriptor = pool.FindMessageTypeByName(f"{PACKAGE}.{name}")
    if hasattr(message_factory, "GetMessageClass"):
        return message_factory.GetMessageClass(descriptor)
    return message_factory.MessageFactory(pool).GetPrototype(descriptor)  # protobuf < 4.22


def _load():
    pool = descriptor_pool.DescriptorPool()
    text = Path(__file__).with_name("schema.proto").read_text()
    pool.AddSerializedFile(_Parser(text).file().SerializeToString())
    names = ("BlobProto", "NetParameter", "SolverParameter", "SolverState")
    return [_message_class(pool, name) for name in names]


BlobProto, NetParameter, SolverParameter, SolverState = _load()

TRAIN, TEST = 0, 1
"""The values of the enum Phase."""
