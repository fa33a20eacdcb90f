"""A TCP proxy between the program under test and its server; subclasses say what becomes of the bytes on the way."""
import selectors
import socket
import threading


class TcpProxy:
    def __init__(self, host, port):
        self.target = (host, port)
        self.lock = threading.Lock()    # for what subclasses count over all connections
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
        try:
            with client, socket.create_connection(self.target) as server, selectors.DefaultSelector() as ready:
                for side in (client, server):
                    side.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    ready.register(side, selectors.EVENT_READ)
                while True:
                    for key, _ in ready.select():
                        data = key.fileobj.recv(1 << 16)
                        if not data or not self.transfer(data, key.fileobj is client, client, server):
                            return
        except OSError:
            return    # one of the two is gone

    def transfer(self, data, from_client, client, server):
        """Passes on what the client (or the server) sent; False ends both connections."""
        (server if from_client else client).sendall(data)
        return True

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
