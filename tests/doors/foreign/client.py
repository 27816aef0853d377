"""A client that knows nothing of Inquest but what reflection tells it: Debian's grpcio and protobuf.

client.py INQUESTD: starts that daemon, and goes through both doors. Exit 0: all is as it should be.
"""

import json
import os
import subprocess
import sys
import tempfile

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

TOKEN = "0123456789abcdef0123456789abcdef"

# The reflection protocol itself is the one thing that a client has to bring with it.
REFLECTION = descriptor_pb2.FileDescriptorProto(
    name="reflection.proto", package="grpc.reflection.v1alpha", syntax="proto3")


def field(message, name, number, kind, label=1, type_name=None):
    message.field.add(name=name, number=number, type=kind, label=label, type_name=type_name)


def reflection_classes():
    string, message, byte_string, repeated = 9, 11, 12, 3
    request = REFLECTION.message_type.add(name="Request")
    field(request, "file_containing_symbol", 4, string)
    field(request, "list_services", 7, string)
    files = REFLECTION.message_type.add(name="Files")
    field(files, "file_descriptor_proto", 1, byte_string, repeated)
    service = REFLECTION.message_type.add(name="Service")
    field(service, "name", 1, string)
    services = REFLECTION.message_type.add(name="Services")
    field(services, "service", 1, message, repeated, ".grpc.reflection.v1alpha.Service")
    response = REFLECTION.message_type.add(name="Response")
    field(response, "file_descriptor_response", 4, message, 1, ".grpc.reflection.v1alpha.Files")
    field(response, "list_services_response", 6, message, 1, ".grpc.reflection.v1alpha.Services")
    pool = descriptor_pool.DescriptorPool()
    pool.Add(REFLECTION)
    factory = message_factory.MessageFactory(pool)
    return [factory.GetPrototype(pool.FindMessageTypeByName(f"grpc.reflection.v1alpha.{name}"))
            for name in ("Request", "Response")]


class Foreigner:
    """Calls by name, with what reflection gave it."""

    request, response = reflection_classes()

    def __init__(self, channel, version, metadata=()):
        self.channel, self.metadata = channel, metadata
        self.ask = channel.stream_stream(
            f"/grpc.reflection.{version}.ServerReflection/ServerReflectionInfo",
            request_serializer=self.request.SerializeToString,
            response_deserializer=self.response.FromString)
        self.pool = descriptor_pool.DescriptorPool()
        self.factory = message_factory.MessageFactory(self.pool)

    def question(self, **what):
        return next(iter(self.ask(iter([self.request(**what)]), metadata=self.metadata)))

    def services(self):
        return {one.name for one in self.question(list_services="*").list_services_response.service}

    def load(self, service):
        files = {}
        for data in self.question(
                file_containing_symbol=service).file_descriptor_response.file_descriptor_proto:
            file = descriptor_pb2.FileDescriptorProto.FromString(data)
            files[file.name] = file

        def add(name):
            file = files.pop(name, None)
            if file is not None:
                for imported in file.dependency:
                    add(imported)
                self.pool.Add(file)

        for name in list(files):
            add(name)
        return self.pool.FindServiceByName(service)

    def call(self, service, method, **fields):
        descriptor = self.load(service).methods_by_name[method]
        request = self.factory.GetPrototype(descriptor.input_type)(**fields)
        response = self.factory.GetPrototype(descriptor.output_type)
        stub = self.channel.unary_unary(f"/{service}/{method}",
                                        request_serializer=type(request).SerializeToString,
                                        response_deserializer=response.FromString)
        return stub(request, metadata=self.metadata, timeout=30)


def expect(condition, what):
    if not condition:
        sys.exit(f"not as it should be: {what}")


def refused(call, code):
    try:
        call()
    except grpc.RpcError as error:
        expect(error.code() == code, f"{error.code()} instead of {code}")
        names = {key for key, _ in error.trailing_metadata()}
        expect("grpc-status-details-bin" in names, f"details of {error.details()}")
        return
    sys.exit(f"was not refused with {code}")


def look(channel, version, metadata=()):
    client = Foreigner(channel, version, metadata)
    expect("inquest.v1.InvestigationService" in client.services(), "the list of services")
    health = client.call("grpc.health.v1.Health", "Check")
    expect(health.status == 1, "health")
    client = Foreigner(channel, version, metadata)
    listed = client.call("inquest.v1.InvestigationService", "ListInvestigations")
    expect(len(listed.investigations) == 0, "an empty list")
    client = Foreigner(channel, version, metadata)
    refused(lambda: client.call("inquest.v1.InvestigationService", "GetInvestigation",
                                name="investigations/none"), grpc.StatusCode.NOT_FOUND)


def main():
    with tempfile.TemporaryDirectory() as folder:
        token = os.path.join(folder, "token")
        with open(os.open(token, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="ascii") as file:
            file.write(TOKEN + "\n")
        socket = os.path.join(folder, "s", "inquest.sock")
        read_end, write_end = os.pipe()
        daemon = subprocess.Popen(
            [sys.argv[1], "--data-dir", folder, "--socket", socket, "--listen", "127.0.0.1:0",
             "--token-file", token, "--reflection-on-tcp", "--ready-fd", str(write_end)],
            pass_fds=[write_end], stderr=subprocess.PIPE, text=True)
        os.close(write_end)
        try:
            expect(os.read(read_end, 16) == b"ready\n", "the daemon starts")
            line = next(line for line in daemon.stderr if "tcp_port" in line)
            port = json.loads(line)["tcp_port"]
            for version in ("v1", "v1alpha"):
                look(grpc.insecure_channel(f"unix:{socket}"), version)
                tcp = grpc.insecure_channel(f"127.0.0.1:{port}")
                look(tcp, version, (("authorization", f"Bearer {TOKEN}"),))
                refused(Foreigner(tcp, version).services, grpc.StatusCode.UNAUTHENTICATED)
        finally:
            daemon.terminate()
            daemon.communicate()


if __name__ == "__main__":
    main()
