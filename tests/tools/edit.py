"""edit SCRIPT FILE: opens a file in a headless Neovim, with editors/neovim and nobody's settings, and does what the Lua script says.

What a script can say stands in session.lua.
"""

import os
import pathlib
import subprocess
import sys

TOOLS = pathlib.Path(__file__).resolve().parent


def main():
    script, file = sys.argv[1:]
    own = pathlib.Path.cwd() / ".nvim"
    folders = {name: str(own / name.lower()) for name in ["XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"]}
    plugin = TOOLS.parents[1] / "editors/neovim"
    environment = os.environ | folders | {"RSX_SCRIPT": script, "RSX_PLUGIN": str(plugin)}
    command = ["nvim", "--headless", "-n", "-i", "NONE", "-u", str(TOOLS / "session.lua"), file]
    try:
        sys.exit(subprocess.run(command, env=environment, stdin=subprocess.DEVNULL).returncode)
    except FileNotFoundError:
        sys.exit("there is no nvim: install Neovim (Debian's package `neovim`)")


main()
