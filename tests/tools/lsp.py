"""lsp [--encoding E] STEP…: opens every spec of the folder in `rsx lsp`, as an editor does, takes the steps, prints the answers.

A place is FILE:LINE:COLUMN, both from 1, or FILE:/TEXT/ for where TEXT begins first, FILE:/TEXT/+N for N characters on. Steps:

  diagnostics [FILE]         what the server has published, or of the file what it answers when asked
  edit PLACE LENGTH TEXT     replaces as many characters by the text
  write FILE TEXT            writes a file on the disk that is not open, and tells the server
  close FILE                 closes a document
  raw TEXT                   sends a message as it stands, framed
"""

import json
import os
import pathlib
import queue
import re
import subprocess
import sys
import threading

PATIENCE = 60
SEVERITIES = {1: "error", 2: "warning", 3: "information", 4: "hint"}


class Server:
    def __init__(self, encoding):
        self.folder = pathlib.Path.cwd()
        cache = self.folder / ".cache"
        self.process = subprocess.Popen(
            ["rsx", "lsp"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=os.environ | {"XDG_CACHE_HOME": str(cache)}
        )
        self.messages, self.asked = queue.Queue(), 0
        self.texts, self.versions, self.published, self.calls = {}, {}, {}, []
        threading.Thread(target=self.read, daemon=True).start()
        self.encoding = encoding
        capabilities = {
            "general": {"positionEncodings": [encoding]},
            "textDocument": {"diagnostic": {}} if "--pull" in sys.argv else {},
            "workspace": {"didChangeWatchedFiles": {"dynamicRegistration": True}},
        }
        folders = [{"uri": self.folder.as_uri(), "name": "specs"}]
        params = {"processId": None, "rootUri": None, "workspaceFolders": folders, "capabilities": capabilities}
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
            self.send({"id": message["id"], "result": None})

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
        return len(text.encode(self.encoding + ("-le" if self.encoding != "utf-8" else ""))) // {"utf-8": 1, "utf-16": 2, "utf-32": 4}[self.encoding]

    def offset(self, place):
        name, where = place.split(":", 1)
        if found := re.fullmatch(r"/(.*)/(?:\+(\d+))?", where, re.S):
            return name, self.texts[name].index(found[1]) + int(found[2] or 0)
        line, column = map(int, where.split(":"))
        return name, sum(len(one) for one in self.texts[name].splitlines(True)[: line - 1]) + column - 1

    def position(self, name, offset):
        before = self.texts[name][:offset]
        return {"line": before.count("\n"), "character": self.units(before[before.rfind("\n") + 1 :])}

    def at(self, place):
        name, offset = self.offset(place)
        return {"textDocument": {"uri": self.uri(name)}, "position": self.position(name, offset)}

    def shown(self, uri, range):
        lines = self.text(uri).split("\n")
        units = {"utf-8": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}[self.encoding]
        width = {"utf-8": 1, "utf-16": 2, "utf-32": 4}[self.encoding]

        def one(position):
            line = lines[position["line"]] if position["line"] < len(lines) else ""
            column = len(line.encode(units)[: position["character"] * width].decode(units, "replace"))
            return f"{position['line'] + 1}:{column + 1}"

        return f"{self.name(uri)}:{one(range['start'])}-{one(range['end'])}"

    def diagnostics(self, name=None):
        if name:
            params = {"textDocument": {"uri": self.uri(name)}}
            found = {self.uri(name): self.request("textDocument/diagnostic", params)["items"]}
        else:
            self.settle()
            found = self.published
        for uri, diagnostics in sorted(found.items()):
            for one in diagnostics:
                page = one.get("codeDescription", {}).get("href")
                head = f"{self.shown(uri, one['range'])} {SEVERITIES[one['severity']]} {one['code']}"
                print(head + (" unnecessary" if 1 in one.get("tags", []) else "") + (f" [{self.name(page)}]" if page else ""))
                print("".join(f"  {line}\n" for line in one["message"].split("\n")), end="")
                for note in one.get("relatedInformation", []):
                    print(f"  also {self.shown(note['location']['uri'], note['location']['range'])} {note['message']}")
        if not any(found.values()):
            print("nothing is wrong")

    def edit(self, place, length, text):
        name, offset = self.offset(place)
        end = offset + int(length)
        range = {"start": self.position(name, offset), "end": self.position(name, end)}
        self.texts[name] = self.texts[name][:offset] + text + self.texts[name][end:]
        self.versions[name] += 1
        document = {"uri": self.uri(name), "version": self.versions[name]}
        self.notify("textDocument/didChange", {"textDocument": document, "contentChanges": [{"range": range, "text": text}]})

    def write(self, name, text):
        path = self.folder / name
        kind = 2 if path.exists() else 1
        path.write_text(text)
        self.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": self.uri(name), "type": kind}]})

    def remove(self, name):
        (self.folder / name).unlink()
        self.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": self.uri(name), "type": 3}]})

    def close(self, name):
        del self.texts[name]
        self.notify("textDocument/didClose", {"textDocument": {"uri": self.uri(name)}})

    def raw(self, text):
        self.frame(text)
        answer = self.wait(lambda message: "method" not in message)
        print(json.dumps({key: answer[key] for key in ("id", "result", "error") if key in answer}))

    def step(self, text):
        name, *rest = text.split(" ", 1)
        arguments = {"edit": 3, "write": 2}.get(name, 1)
        getattr(self, name)(*(rest[0].split(" ", arguments - 1) if rest else []))

    def end(self):
        self.request("shutdown", None)
        self.notify("exit", None)
        self.process.stdin.close()
        return self.process.wait(PATIENCE)


def main():
    arguments = sys.argv[1:]
    encoding = "utf-16"
    if "--encoding" in arguments:
        at = arguments.index("--encoding")
        encoding = arguments[at + 1]
        del arguments[at : at + 2]
    steps = [step for step in arguments if step != "--pull"]
    server = Server(encoding)
    closed = {step.split(" ")[1] for step in steps if step.startswith("shut ")}
    for path in sorted(server.folder.rglob("*.rsx")):
        name = str(path.relative_to(server.folder))
        if name not in closed and ".cache" not in path.parts:
            server.open(name)
    for step in steps:
        if not step.startswith("shut "):
            server.step(step)
    sys.exit(server.end())


main()
