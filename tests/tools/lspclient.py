"""A client that talks to `rsx lsp`: frames, answers, documents and their positions."""

import json
import os
import pathlib
import queue
import re
import subprocess
import sys
import threading

PATIENCE = 60
WIDTHS = {"utf-8": 1, "utf-16": 2, "utf-32": 4}
CODECS = {"utf-8": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}


class Server:
    def __init__(self, encoding, able, options):
        """`able` has paths of capabilities that the client has; `options` are what the server is given to begin with."""
        self.folder = pathlib.Path.cwd()
        cache = self.folder / ".cache"
        self.process = subprocess.Popen(
            ["rsx", "lsp"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=os.environ | {"XDG_CACHE_HOME": str(cache)}
        )
        self.messages, self.asked = queue.Queue(), 0
        self.texts, self.versions, self.published, self.calls = {}, {}, {}, []
        self.settings = None
        threading.Thread(target=self.read, daemon=True).start()
        self.encoding = encoding
        capabilities = {"general": {"positionEncodings": [encoding]}}
        for path in able:
            *parents, last = path.split(".")
            place = capabilities
            for parent in parents:
                place = place.setdefault(parent, {})
            place[last] = True
        folders = [{"uri": self.folder.as_uri(), "name": "specs"}]
        params = {"processId": None, "rootUri": None, "workspaceFolders": folders, "capabilities": capabilities}
        params["initializationOptions"] = options
        self.abilities = self.request("initialize", params)["capabilities"]
        self.notify("initialized", {})

    def read(self):
        stream = self.process.stdout
        while header := stream.readline():
            length = int(header.split(b":")[1])
            stream.readline()
            self.messages.put(json.loads(stream.read(length)))
        self.messages.put(None)

    def send(self, message):
        self.frame(json.dumps({"jsonrpc": "2.0", **message}))

    def frame(self, text):
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(text.encode()), text.encode()))
        self.process.stdin.flush()

    def notify(self, method, params):
        self.send({"method": method, "params": params})

    def request(self, method, params):
        self.asked += 1
        self.send({"id": self.asked, "method": method, "params": params})
        answer = self.wait(lambda message: message.get("id") == self.asked and "method" not in message)
        return answer["result"] if "result" in answer else {"refused": answer["error"]}

    def of_document(self, question, name, **more):
        return self.request(f"textDocument/{question}", {"textDocument": {"uri": self.uri(name)}, **more})

    def wait(self, is_wanted):
        while True:
            message = self.messages.get(timeout=PATIENCE)
            if message is None:
                sys.exit("the server has ended")
            if "method" in message:
                self.take(message)
            if is_wanted(message):
                return message

    def take(self, message):
        if message["method"] == "textDocument/publishDiagnostics":
            self.published[message["params"]["uri"]] = message["params"]["diagnostics"]
        elif "id" in message:
            self.calls.append(message)
            result = [self.settings] if message["method"] == "workspace/configuration" else None
            self.send({"id": message["id"], "result": result})

    def settle(self):
        """Answers come in order: when this one is there, all before it has been dealt with."""
        self.request("workspace/symbol", {"query": "no such symbol"})

    def uri(self, name):
        return (self.folder / name).as_uri()

    def name(self, uri):
        path = pathlib.Path(uri.removeprefix("file://"))
        if ".cache" in path.parts:
            return "/".join(path.parts[path.parts.index(".cache") + 3 :])
        return str(path.relative_to(self.folder))

    def open(self, name):
        self.texts[name], self.versions[name] = (self.folder / name).read_text(), 1
        document = {"uri": self.uri(name), "languageId": "rsx", "version": 1, "text": self.texts[name]}
        self.notify("textDocument/didOpen", {"textDocument": document})

    def text(self, uri):
        name = self.name(uri)
        return self.texts.get(name) or pathlib.Path(uri.removeprefix("file://")).read_text()

    def units(self, text):
        return len(text.encode(CODECS[self.encoding])) // WIDTHS[self.encoding]

    def offset(self, place):
        name, where = place.split(":", 1)
        if found := re.fullmatch(r"/(.*)/(?:\+(\d+))?", where, re.S):
            return name, self.texts[name].index(found[1].replace("\\n", "\n")) + int(found[2] or 0)
        line, column = map(int, where.split(":"))
        return name, sum(len(one) for one in self.texts[name].splitlines(True)[: line - 1]) + column - 1

    def position(self, name, offset):
        before = self.texts[name][:offset]
        return {"line": before.count("\n"), "character": self.units(before[before.rfind("\n") + 1 :])}

    def at(self, place):
        name, offset = self.offset(place)
        return {"textDocument": {"uri": self.uri(name)}, "position": self.position(name, offset)}

    def column(self, line, character):
        units = line.encode(CODECS[self.encoding])[: character * WIDTHS[self.encoding]]
        return len(units.decode(CODECS[self.encoding], "replace"))

    def index(self, uri, position):
        """Where a position stands in the text of a document."""
        lines = self.text(uri).splitlines(True)
        before = "".join(lines[: position["line"]])
        line = lines[position["line"]].rstrip("\r\n") if position["line"] < len(lines) else ""
        return len(before) + self.column(line, position["character"])

    def written(self, uri, range):
        return self.text(uri)[self.index(uri, range["start"]) : self.index(uri, range["end"])]

    def shown(self, uri, range):
        lines = self.text(uri).split("\n")

        def one(position):
            line = lines[position["line"]] if position["line"] < len(lines) else ""
            return f"{position['line'] + 1}:{self.column(line, position['character']) + 1}"

        return f"{self.name(uri)}:{one(range['start'])}-{one(range['end'])}"

    def end(self):
        self.request("shutdown", None)
        self.notify("exit", None)
        self.process.stdin.close()
        return self.process.wait(PATIENCE)
