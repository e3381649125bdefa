"""lsp [OPTION…] STEP…: opens every spec of the folder in `rsx lsp`, as an editor does, takes the steps, prints the answers.

  --encoding E               in which positions are counted
  --able PATH                what the client says that it is able to do, by its path: textDocument.diagnostic
  --unable PATH              what it is not, though others are: workspace.didChangeWatchedFiles.dynamicRegistration
  --options JSON             what the server is given to begin with

A place is FILE:LINE:COLUMN, both from 1, or FILE:/TEXT/ for where TEXT begins first, FILE:/TEXT/+N for N characters on. Steps:

  edit PLACE LENGTH TEXT     replaces as many characters by the text
  write FILE TEXT            writes a file on the disk that is not open, and tells the server
  leave FILE TEXT            writes one and tells nobody
  save FILE                  tells the server that a document was saved, if that is wanted
  remove FILE                takes one away
  close FILE                 closes a document
  shut FILE                  does not open it at all
  set JSON                   what the client's settings are from now on
  requested                  what the server has asked of the client
  raw TEXT                   sends a message as it stands, framed
  diagnostics [FILE]         what the server has published, or of the file what it answers when asked
  colours FILE               every coloured word, line by line
  recolour FILE              the numbers that have changed since, which give what all of them would be
  signature PLACE            how the function is called in whose brackets it stands
  folds, links FILE          what can be folded, and what is imported
  hints, lenses FILE         what is shown beside and above what is written
  symbols FILE               the outline
  hover, definition PLACE    what is known of a thing, and where it is declared
  references, highlights PLACE   where else it is meant
  rename PLACE NAME          what is changed by a new name
  format FILE                what lays it out
  complete PLACE [N]         what can be written there, the first N
  actions PLACE [LENGTH [KIND]]  what can be done about it, and what that changes
  selection PLACE            what a selection there grows to
"""

import json
import re
import sys

import lspclient

SEVERITIES = {1: "error", 2: "warning", 3: "information", 4: "hint"}
WATCHES = "workspace.didChangeWatchedFiles.dynamicRegistration"
PLACE = re.compile(r"([^\s:]+:(?:/.+?/(?:\+\d+)?|\d+:\d+))(?: (.*))?", re.S)


class Steps(lspclient.Server):
    # What the server has said of the colours of files.
    coloured = {}

    def edit(self, place, rest):
        length, text = rest.split(" ", 1)
        name, offset = self.offset(place)
        end = offset + int(length)
        range = {"start": self.position(name, offset), "end": self.position(name, end)}
        self.texts[name] = self.texts[name][:offset] + text + self.texts[name][end:]
        self.versions[name] += 1
        document = {"uri": self.uri(name), "version": self.versions[name]}
        self.notify("textDocument/didChange", {"textDocument": document, "contentChanges": [{"range": range, "text": text}]})

    def write(self, rest):
        name, text = rest.split(" ", 1)
        path = self.folder / name
        kind = 2 if path.exists() else 1
        path.write_text(text)
        self.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": self.uri(name), "type": kind}]})

    def leave(self, rest):
        name, text = rest.split(" ", 1)
        (self.folder / name).write_text(text)

    def save(self, name):
        if self.abilities["textDocumentSync"].get("save"):
            self.notify("textDocument/didSave", {"textDocument": {"uri": self.uri(name)}})

    def remove(self, name):
        (self.folder / name).unlink()
        self.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": self.uri(name), "type": 3}]})

    def close(self, name):
        del self.texts[name]
        self.notify("textDocument/didClose", {"textDocument": {"uri": self.uri(name)}})

    def set(self, text):
        self.settings = json.loads(text)
        self.notify("workspace/didChangeConfiguration", {"settings": {"rsx": self.settings}})
        self.settle()

    def requested(self):
        self.settle()
        for call in self.calls:
            print(call["method"], json.dumps(call.get("params")))

    def raw(self, text):
        self.frame(text)
        answer = self.wait(lambda message: "method" not in message)
        print(json.dumps({key: answer[key] for key in ("id", "result", "error") if key in answer}))

    def diagnostics(self, name=None):
        if name:
            found = {self.uri(name): self.of_document("diagnostic", name)["items"]}
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

    def colours(self, name):
        self.coloured[name] = self.of_document("semanticTokens/full", name)
        self.colour(name, self.coloured[name]["data"])

    def colour(self, name, data):
        legend = self.abilities["semanticTokensProvider"]["legend"]
        line, character, shown = 0, 0, {}
        for at in range(0, len(data), 5):
            lines, characters, length, kind, marks = data[at : at + 5]
            line, character = line + lines, characters if lines else character + characters
            ends = [{"line": line, "character": end} for end in (character, character + length)]
            marked = [one for bit, one in enumerate(legend["tokenModifiers"]) if marks >> bit & 1]
            word = ".".join([legend["tokenTypes"][kind], *marked])
            shown.setdefault(line, []).append(f"{self.written(self.uri(name), dict(zip(('start', 'end'), ends)))}:{word}")
        for line, words in shown.items():
            print(f"{line + 1} {' '.join(words)}")

    def recolour(self, name):
        known = self.coloured[name]
        change = self.of_document("semanticTokens/full/delta", name, previousResultId=known["resultId"])
        data = known["data"]
        for edit in change["edits"]:
            end = edit["start"] + edit["deleteCount"]
            print(f"from {edit['start']}: {data[edit['start']:end]} → {edit['data']}")
            data[edit["start"] : end] = edit["data"]
        self.coloured[name] = self.of_document("semanticTokens/full", name)
        print("the same" if self.coloured[name]["data"] == data else "not the same")

    def signature(self, place):
        found = self.request("textDocument/signatureHelp", self.at(place))
        for number, way in enumerate(found["signatures"] if found else []):
            label, active = way["label"], way["activeParameter"]
            arguments = [one["label"] for one in way["parameters"]]
            arguments = [one if isinstance(one, str) else label[one[0] : one[1]] for one in arguments]
            marked = [f"<{one}>" if at == active else one for at, one in enumerate(arguments)]
            print("*" if number == found["activeSignature"] else " ", label, "|", ", ".join(marked))
            print("   ", way["documentation"]["value"])
        if not found:
            print("nothing")

    def folds(self, name):
        for fold in self.of_document("foldingRange", name):
            ends = {end: {"line": fold[end + "Line"], "character": fold[end + "Character"]} for end in ("start", "end")}
            print(self.shown(self.uri(name), ends), fold.get("kind", "code"))

    def links(self, name):
        for link in self.of_document("documentLink", name):
            print(self.shown(self.uri(name), link["range"]), "→", self.name(link["target"]))

    def selection(self, place):
        at = self.at(place)
        grown = self.request("textDocument/selectionRange", {"textDocument": at["textDocument"], "positions": [at["position"]]})
        for selection in grown:
            while selection:
                uri, range = at["textDocument"]["uri"], selection["range"]
                print(self.shown(uri, range), self.written(uri, range).split("\n")[0])
                selection = selection.get("parent")

    def hints(self, name):
        end = self.position(name, len(self.texts[name]))
        for hint in self.of_document("inlayHint", name, range={"start": {"line": 0, "character": 0}, "end": end}):
            place = self.shown(self.uri(name), {"start": hint["position"], "end": hint["position"]})
            print(place.rpartition("-")[0], hint["label"])

    def lenses(self, name):
        for lens in self.of_document("codeLens", name):
            command = lens["command"]
            arguments = json.dumps(command.get("arguments", [])).replace(self.folder.as_uri() + "/", "")
            print(self.shown(self.uri(name), lens["range"]), command["title"], "|", command["command"], arguments)

    def symbols(self, name):
        def show(entries, depth):
            for entry in entries:
                print("  " * depth + entry["name"], entry.get("detail", ""))
                show(entry.get("children", []), depth + 1)

        show(self.of_document("documentSymbol", name), 0)

    def hover(self, place):
        found = self.request("textDocument/hover", self.at(place))
        print(found["contents"]["value"].replace("```", "'''") if found else "nothing")

    def definition(self, place):
        found = self.request("textDocument/definition", self.at(place))
        print(self.shown(found["uri"], found["range"]) if found else "nothing")

    def references(self, place):
        for one in self.request("textDocument/references", {**self.at(place), "context": {"includeDeclaration": True}}):
            print(self.shown(one["uri"], one["range"]))

    def highlights(self, place):
        at = self.at(place)
        for one in self.request("textDocument/documentHighlight", at):
            print(self.shown(at["textDocument"]["uri"], one["range"]), ["", "text", "read", "write"][one["kind"]])

    def rename(self, place, name):
        found = self.request("textDocument/rename", {**self.at(place), "newName": name})
        print(found["refused"]["message"]) if "refused" in found else self.changed(found)

    def format(self, name):
        options = {"tabSize": 2, "insertSpaces": True}
        self.changed({"changes": {self.uri(name): self.of_document("formatting", name, options=options)}})

    def changed(self, edit):
        for uri, edits in sorted(edit["changes"].items()):
            for one in edits:
                print(f"  {self.shown(uri, one['range'])} {json.dumps(one['newText'], ensure_ascii=False)}")

    def complete(self, place, most="1000"):
        found = self.request("textDocument/completion", self.at(place))["items"]
        for item in sorted(found, key=lambda item: item["sortText"])[: int(most)]:
            text = item["textEdit"]["newText"] if "textEdit" in item else item.get("insertText", item["label"])
            print(item["label"], "|", item.get("detail", ""), "|", json.dumps(text, ensure_ascii=False))

    def actions(self, place, rest="0"):
        length, *kinds = rest.split(" ")
        name, offset = self.offset(place)
        range = {"start": self.position(name, offset), "end": self.position(name, offset + int(length))}
        self.settle()
        context = {"diagnostics": self.published.get(self.uri(name), []), **({"only": kinds} if kinds else {})}
        for action in self.of_document("codeAction", name, range=range, context=context):
            mended = ", ".join(one["code"] for one in action.get("diagnostics", []))
            marks = (" preferred" if action.get("isPreferred") else "") + (f" mends {mended}" if mended else "")
            print(f"{action['kind']}: {action['title']}{marks}")
            self.changed(action["edit"])

    def step(self, text):
        name, _, rest = text.partition(" ")
        parts = PLACE.fullmatch(rest)
        arguments = [part for part in parts.groups() if part is not None] if parts else [rest] if rest else []
        getattr(self, name)(*arguments)


def main():
    options = {"--encoding": ["utf-16"], "--able": [WATCHES], "--unable": [], "--options": ["null"]}
    steps, arguments = [], iter(sys.argv[1:])
    for argument in arguments:
        options[argument].append(next(arguments)) if argument in options else steps.append(argument)
    able = [path for path in options["--able"] if path not in options["--unable"]]
    server = Steps(options["--encoding"][-1], able, json.loads(options["--options"][-1]))
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
