"""The servers that a balancer may send requests to."""


class Server:
    def __init__(self, name, weight=1):
        self.name = name
        self.weight = weight
        self.healthy = True
        self.served = 0

    def serve(self, request):
        self.served += 1
        return "%s: %s" % (self.name, request)


def read_servers(text):
    servers = []
    for line in text.splitlines():
        name, _, weight = line.partition(" ")
        if name and not name.startswith("#"):
            servers.append(Server(name, int(weight or 1)))
    return servers
