"""Sends each request to one of the healthy servers, at random."""

import random


class NoServer(Exception):
    pass


class Balancer:
    def __init__(self, servers, generator=random):
        self.servers = servers
        self.generator = generator

    def slots(self):
        """Every healthy server, as often as it has weight."""
        slots = []
        for server in self.servers:
            if server.healthy:
                slots.extend([server] * server.weight)
        return slots

    def pick(self):
        slots = self.slots()
        if not slots:
            raise NoServer("no server is healthy")
        return slots[self.generator.randint(0, len(slots))]

    def send(self, request):
        return self.pick().serve(request)
