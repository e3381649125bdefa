-- Starts `rsx lsp` once for each root, and colours by the tree-sitter grammar beside this folder. Neovim 0.7 and newer.

local M = {}

local options = {
  -- The server.
  cmd = { 'rsx', 'lsp' },
  -- What the client is able to do, if a plugin for completion adds to it.
  capabilities = nil,
  -- Called with the client and the buffer, for keys.
  on_attach = nil,
  -- Colours need a C compiler once.
  colours = true,
}

-- Takes what differs from the defaults above; calling it is not needed.
function M.setup(given)
  options = vim.tbl_extend('force', options, given or {})
end

local function root_of(buffer)
  local name = vim.api.nvim_buf_get_name(buffer)
  local folder = vim.fn.fnamemodify(name ~= '' and name or vim.fn.getcwd() .. '/x', ':p:h')
  local found = vim.fn.finddir('.git', folder .. ';')
  if found ~= '' then
    return vim.fn.fnamemodify(found, ':p:h:h')
  end
  return folder
end

-- Snippets are taken by complete.lua.
local function capabilities()
  local able = vim.lsp.protocol.make_client_capabilities()
  able.textDocument.completion.completionItem.snippetSupport = true
  return able
end

-- The clients that Neovim 0.7 has started, by root; later ones know themselves.
local clients = {}

function M.start(buffer)
  local root = root_of(buffer)
  local config = {
    name = 'rsx',
    cmd = options.cmd,
    root_dir = root,
    workspace_folders = { { name = root, uri = vim.uri_from_fname(root) } },
    capabilities = options.capabilities or capabilities(),
    on_attach = options.on_attach,
    flags = { debounce_text_changes = 0 },
  }
  if vim.lsp.start then
    return vim.lsp.start(config, { bufnr = buffer })
  end
  config.on_exit = function()
    clients[root] = nil
  end
  clients[root] = clients[root] or vim.lsp.start_client(config)
  if clients[root] then
    vim.lsp.buf_attach_client(buffer, clients[root])
  end
  return clients[root]
end

-- The folder of the grammar.
local grammar = vim.fn.fnamemodify(debug.getinfo(1, 'S').source:sub(2), ':p:h:h:h:h') .. '/tree-sitter-rsx'

local function read(path)
  local file = assert(io.open(path))
  local text = file:read('*a')
  file:close()
  return text
end

-- Compiles the parser unless it is there and newer than its source, and tells Neovim of it.
local function load_parser()
  local parser = vim.fn.stdpath('data') .. '/rsx/parser.so'
  local source = { grammar .. '/src/parser.c', grammar .. '/src/scanner.c' }
  if vim.fn.getftime(parser) < math.max(vim.fn.getftime(source[1]), vim.fn.getftime(source[2])) then
    vim.fn.mkdir(vim.fn.fnamemodify(parser, ':h'), 'p')
    local command = { 'cc', '-O2', '-shared', '-fPIC', '-I', grammar .. '/src', '-o', parser, source[1], source[2] }
    local said = vim.fn.system(command)
    if vim.v.shell_error ~= 0 then
      error(said)
    end
  end
  local set_query
  if vim.treesitter.language and vim.treesitter.language.add then
    vim.treesitter.language.add('rsx', { path = parser })
    set_query = vim.treesitter.query.set
  else
    vim.treesitter.require_language('rsx', parser)
    set_query = vim.treesitter.set_query
  end
  for _, name in ipairs({ 'highlights', 'injections', 'locals', 'folds', 'indents' }) do
    set_query('rsx', name, read(grammar .. '/queries/' .. name .. '.scm'))
  end
end

function M.colour(buffer)
  if not options.colours then
    return
  end
  local ok, problem = pcall(load_parser)
  if not ok then
    options.colours = false
    vim.notify('rsx: no colours, since the parser was not compiled: ' .. tostring(problem), vim.log.levels.WARN)
    return
  end
  if vim.treesitter.start then
    vim.treesitter.start(buffer, 'rsx')
  else
    require('vim.treesitter.highlighter').new(vim.treesitter.get_parser(buffer, 'rsx'))
  end
end

-- Returns the brackets of a line, without those in texts and comments.
local function brackets(line)
  line = line:gsub('\\.', ''):gsub('"[^"]*"', ''):gsub("'[^']*'", ''):gsub('//.*', '')
  return line:gsub('[^%[%](){}]', '')
end

-- How far a line is indented: one step more behind an open bracket, one less where one closes.
function M.indent(number)
  local before = vim.fn.prevnonblank(number - 1)
  if before == 0 then
    return 0
  end
  local depth = 0
  for bracket in brackets(vim.fn.getline(before):gsub('^%s*[%]})]+', '')):gmatch('.') do
    depth = depth + (bracket:match('[%[({]') and 1 or -1)
  end
  local step = vim.fn.shiftwidth()
  local more = depth > 0 and step or depth < 0 and -step or 0
  local closes = vim.fn.getline(number):match('^%s*[%]})]') and step or 0
  return math.max(0, vim.fn.indent(before) + more - closes)
end

return M
