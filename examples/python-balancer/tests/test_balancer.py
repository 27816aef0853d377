import random
import unittest

from balancer.balancer import Balancer, NoServer
from balancer.servers import read_servers

SERVERS = "# production\namber 2\nbirch 3\ncedar 4\n"


class BalancerTest(unittest.TestCase):
    def test_servers_are_read_with_their_weights(self):
        self.assertEqual([(s.name, s.weight) for s in read_servers(SERVERS + "\ndogwood\n")],
                         [("amber", 2), ("birch", 3), ("cedar", 4), ("dogwood", 1)])

    def test_a_request_is_served(self):
        answer = Balancer(read_servers(SERVERS)).send("GET /")
        self.assertRegex(answer, "^(amber|birch|cedar): GET /$")

    def test_the_same_generator_picks_the_same_servers(self):
        balancer = Balancer(read_servers(SERVERS), random.Random(7))
        self.assertEqual([balancer.pick().name for _ in range(8)],
                         ["cedar", "birch", "cedar", "amber", "amber", "cedar", "amber", "cedar"])

    def test_a_server_that_is_not_healthy_gets_none(self):
        servers = read_servers(SERVERS)
        servers[2].healthy = False
        self.assertEqual({server.name for server in Balancer(servers).slots()}, {"amber", "birch"})

    def test_without_a_healthy_server_a_request_is_refused(self):
        with self.assertRaises(NoServer):
            Balancer([]).send("GET /")


if __name__ == "__main__":
    unittest.main()
