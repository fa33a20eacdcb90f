"""The access keys that are known: those of the command line, which last, and temporary ones, which are handed out here."""
import datetime
import threading

DEFAULT_ID = "AKIDTEST0000000000"
DEFAULT_SECRET = "testsecret/+0123456789abcdefghijklmnop"


class Key:
    def __init__(self, secret, token=None, expires=None):
        self.secret, self.token, self.expires = secret, token, expires


class Keyring:
    def __init__(self, lasting, clock, lifetime):
        """`lasting` are texts "ID:SECRET[:TOKEN]"; `lifetime` is that of temporary keys, in seconds."""
        self.keys = {}
        for text in lasting or [f"{DEFAULT_ID}:{DEFAULT_SECRET}"]:
            name, secret, *token = text.split(":", 2)
            self.keys[name] = Key(secret, *token)
        self.clock, self.lifetime = clock, lifetime
        self.issued = 0
        self.lock = threading.Lock()

    def find(self, key_id):
        return self.keys.get(key_id)

    def revoke(self, key_id):
        self.keys[key_id].expires = self.clock.now()

    def issue(self):
        """A new temporary key, in the words of the metadata services: AccessKeyId … Expiration."""
        expires = self.clock.now() + datetime.timedelta(seconds=self.lifetime)
        with self.lock:
            number = self.issued
            self.issued += 1
            key_id = f"ASIATEMP{number:012}"
            key = Key(f"tempsecret+/{number:029}", f"TempToken//with+odd=chars{number}==", expires)
            self.keys[key_id] = key
        return {"AccessKeyId": key_id, "SecretAccessKey": key.secret, "Token": key.token,
                "Expiration": expires.strftime("%Y-%m-%dT%H:%M:%SZ")}
