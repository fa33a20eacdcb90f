"""A TCP proxy that counts what the program under test sends to its server, and acts at one of these moments.

A moment is the N-th write of the client: the boundary between two answers of the server, since the program waits for
each answer before it sends on. `act` is called with the connection's sockets before that write is passed on, or, with
`after`, when the server's answer to it has arrived and has not been passed on.
"""
import selectors
import socket
import threading


class PacketProxy:
    def __init__(self, host, port, moment=None, after=False, act=None):
        self.target, self.moment, self.after, self.act = (host, port), moment, after, act
        self.writes = []    # what the client sent, one item per write
        self.lock = threading.Lock()
        self.acted = False
        self.waiting = False    # for the answer to the write of the moment
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        with client, socket.create_connection(self.target) as server, selectors.DefaultSelector() as ready:
            for side in (client, server):
                side.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                ready.register(side, selectors.EVENT_READ)
            try:
                while True:
                    for key, _ in ready.select():
                        data = key.fileobj.recv(1 << 16)
                        if not data or not self.passes(data, key.fileobj is client, client, server):
                            return
                        (server if key.fileobj is client else client).sendall(data)
            except OSError:
                return

    def passes(self, data, from_client, client, server):
        with self.lock:
            if from_client:
                self.writes.append(data)
                if len(self.writes) - 1 != self.moment or self.acted:
                    return True
                if self.after:
                    self.waiting = True
                    return True
            elif not self.waiting:
                return True
            self.acted, self.waiting = True, False
        return self.act(client, server)

    def close(self):
        self.listener.close()
