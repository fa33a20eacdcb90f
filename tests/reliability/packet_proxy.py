"""A proxy that counts what the program under test sends to its server, and acts at one of these moments.

A moment is the N-th write of the client: the boundary between two answers of the server, since the program waits for
each answer before it sends on. `act` is called with the connection's sockets before that write is passed on, or, with
`after`, when the server's answer to it has arrived and has not been passed on.
"""
from tcp_proxy import TcpProxy


class PacketProxy(TcpProxy):
    def __init__(self, host, port, moment=None, after=False, act=None):
        self.moment, self.after, self.act = moment, after, act
        self.writes = []    # what the client sent, one item per write
        self.acted = False
        self.waiting = False    # for the answer to the write of the moment
        super().__init__(host, port)

    def transfer(self, data, from_client, client, server):
        if self.is_moment(data, from_client) and not self.act(client, server):
            return False
        return super().transfer(data, from_client, client, server)

    def is_moment(self, data, from_client):
        with self.lock:
            if from_client:
                self.writes.append(data)
                if len(self.writes) - 1 != self.moment or self.acted:
                    return False
                if self.after:
                    self.waiting = True
                    return False
            elif not self.waiting:
                return False
            self.acted, self.waiting = True, False
            return True
