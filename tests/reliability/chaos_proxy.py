"""A proxy that does one bad thing to the connection at a given byte, and delays and splits what it passes on all the way.

  cut       both ends are closed, in between two pieces of what is sent
  truncate  likewise, in the middle of a packet
  reset     both ends get an RST
  half      the client is closed, the server is not told for a moment and goes on with what it has
  mute      from then on nothing arrives any more, and nobody is told
  stall     nothing arrives for a moment, then all of it

The byte is counted in one direction, over all connections; later connections are good ones.
"""
import socket
import struct
import time

from tcp_proxy import TcpProxy

FAULTS = ("cut", "truncate", "reset", "half", "mute", "stall")
STALL = 0.3    # seconds


class ChaosProxy(TcpProxy):
    def __init__(self, host, port, choice, fault, of_client, at):
        self.choice, self.fault, self.of_client, self.at = choice, fault, of_client, at
        self.passed = {True: 0, False: 0}    # bytes from the client, from the server
        self.struck = False
        super().__init__(host, port)

    def transfer(self, data, from_client, client, server):
        sink = server if from_client else client
        with self.lock:
            room = self.at - self.passed[from_client] if self.fault else 0
            strikes = self.fault and not self.struck and from_client == self.of_client and room < len(data)
            self.struck = self.struck or strikes
            self.passed[from_client] += len(data)
        if not strikes:
            self.trickle(sink, data)
            return True
        if self.fault == "truncate":
            self.trickle(sink, data[:room])
        if self.fault == "stall":
            time.sleep(STALL)
            self.trickle(sink, data)
            return True
        if self.fault == "half" and from_client:
            sink.sendall(data)    # what the client will never hear the answer of
        self.end(client, server)
        return False

    def trickle(self, sink, data):
        """Now and then late, now and then in small pieces."""
        if self.choice.random() < 0.1:
            time.sleep(self.choice.random() * 0.02)
        size = self.choice.choice([1, 3, 64]) if self.choice.random() < 0.1 and len(data) < 1000 else len(data) or 1
        for begin in range(0, len(data), size):
            sink.sendall(data[begin:begin + size])

    def end(self, client, server):
        if self.fault == "reset":
            for side in (client, server):
                side.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        elif self.fault == "half":
            client.close()
            time.sleep(STALL)
        elif self.fault == "mute":    # until the client gives up
            client.settimeout(60)
            try:
                while client.recv(1 << 16):
                    pass
            except OSError:
                pass
