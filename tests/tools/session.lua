-- What a script of `edit` can say: a person's doings in Neovim, by the functions that their keys call.

local PATIENCE = 60000

vim.opt.runtimepath:prepend(vim.env.RSX_PLUGIN)
vim.cmd('filetype plugin indent on')

local function say(text)
  io.stdout:write(text, '\n')
end

local function fail(why)
  say(why)
  vim.cmd('cquit 1')
end

-- Goes on with the script, which waits whenever it has typed.
local function go_on(thread)
  local ok, problem = coroutine.resume(thread)
  if not ok then
    fail(problem)
  end
end

local function client()
  local running = vim.lsp.get_clients or vim.lsp.get_active_clients
  vim.wait(PATIENCE, function()
    return running()[1] ~= nil
  end, 5)
  return running()[1] or fail('no server has been started')
end

local function ask(method, params)
  local answer, problem = client().request_sync(method, params, PATIENCE, 0)
  if not answer or answer.err then
    fail(method .. ': ' .. vim.inspect(problem or answer and answer.err))
  end
  return answer.result
end

-- The server answers in order: when this answer is there, it has dealt with all that was said before.
local function settle()
  client().request_sync('workspace/symbol', { query = 'no such symbol' }, PATIENCE, 0)
  local is_done = false
  vim.schedule(function()
    is_done = true
  end)
  vim.wait(PATIENCE, function()
    return is_done
  end, 1)
end

local function lines()
  return vim.api.nvim_buf_get_lines(0, 0, -1, false)
end

-- Puts the cursor where a text begins first, or as many signs further, and types nothing yet.
function at(text, further)
  if vim.api.nvim_get_mode().mode ~= 'n' then
    keys('<Esc>')
  end
  for row, line in ipairs(lines()) do
    local column = line:find(text, 1, true)
    if column then
      vim.api.nvim_win_set_cursor(0, { row, column - 1 + (further or 0) })
      return
    end
  end
  fail('`' .. text .. '` is nowhere in:\n' .. table.concat(lines(), '\n'))
end

-- Prints what is shown as wrong, and where.
function diagnostics()
  -- Newer clients ask for them once the server has seen the change.
  settle()
  settle()
  local found = vim.diagnostic.get(0)
  table.sort(found, function(a, b)
    return a.lnum < b.lnum or a.lnum == b.lnum and a.col < b.col
  end)
  for _, one in ipairs(found) do
    local severity = vim.diagnostic.severity[one.severity]:lower()
    local code = one.code or one.user_data and one.user_data.lsp and one.user_data.lsp.code
    local words = vim.api.nvim_buf_get_text(0, one.lnum, one.col, one.end_lnum, one.end_col, {})
    say(('%d:%d %s %s at `%s`'):format(one.lnum + 1, one.col + 1, severity, code, table.concat(words, '\n')))
  end
  if #found == 0 then
    say('nothing is wrong')
  end
end

-- Asks for fixes under the cursor and takes the first, or the one whose title holds a text.
function fix(text)
  settle()
  local version = vim.api.nvim_buf_get_changedtick(0)
  local is_offered = false
  vim.ui.select = function(items, options, choose)
    is_offered = true
    for n, item in ipairs(items) do
      local title = options.format_item and options.format_item(item) or item[2].title
      if not text or title:find(text, 1, true) then
        say('fixed: ' .. title)
        choose(item, n)
        return
      end
      say('offered: ' .. title)
    end
    fail('no such fix')
  end
  vim.lsp.buf.code_action()
  local function is_changed()
    return vim.api.nvim_buf_get_changedtick(0) ~= version
  end
  if not vim.wait(PATIENCE, is_changed, 5) then
    fail(is_offered and 'the fix changes nothing' or 'no fix is offered')
  end
end

-- Renames what is under the cursor.
function rename(name)
  settle()
  local version = vim.api.nvim_buf_get_changedtick(0)
  vim.lsp.buf.rename(name)
  local function is_changed()
    return vim.api.nvim_buf_get_changedtick(0) ~= version
  end
  if not vim.wait(PATIENCE, is_changed, 5) then
    fail('nothing is renamed')
  end
end

-- Lays the buffer out.
function format()
  if vim.lsp.buf.format then
    vim.lsp.buf.format({ timeout_ms = PATIENCE })
  else
    vim.lsp.buf.formatting_sync(nil, PATIENCE)
  end
end

-- Prints what is said of what is under the cursor, without the fences around code.
function hover()
  local answer = ask('textDocument/hover', vim.lsp.util.make_position_params(0, client().offset_encoding))
  local said = answer and vim.lsp.util.convert_input_to_markdown_lines(answer.contents) or { 'nothing' }
  for _, line in ipairs(said) do
    if not vim.startswith(line, '```') then
      say(line)
    end
  end
end

-- Types keys and waits until Neovim has taken them, in the mode that they leave it in.
function keys(text)
  local thread = coroutine.running()
  function Taken()
    vim.schedule(function()
      go_on(thread)
    end)
  end
  vim.api.nvim_input(text .. '<Cmd>lua Taken()<CR>')
  coroutine.yield()
end

local function offered()
  settle()
  keys('<C-x><C-o>')
  return vim.fn.complete_info({ 'items' }).items
end

-- Prints what is offered for the word before the cursor, the first of it.
function offers(count)
  local items = offered()
  for number = 1, math.min(count, #items) do
    say(vim.trim(items[number].word .. '  ' .. items[number].menu))
  end
  if #items == 0 then
    say('nothing is offered')
  else
    keys('<C-e>')
  end
end

-- Takes what is offered under a name.
function take(name)
  local items = offered()
  for number, item in ipairs(items) do
    if item.word == name then
      keys(('<C-n>'):rep(number) .. '<C-y>')
      return
    end
  end
  local names = vim.tbl_map(function(item)
    return item.word
  end, items)
  fail(('`%s` is not offered, but: %s\n%s'):format(name, table.concat(names, ', '), table.concat(lines(), '\n')))
end

function write()
  vim.cmd('silent write')
end

-- Prints as what the sign under the cursor is coloured.
function colour()
  local root = vim.treesitter.get_parser(0, 'rsx'):parse()[1]:root()
  local query = (vim.treesitter.query.get or vim.treesitter.get_query)('rsx', 'highlights')
  local row, column = unpack(vim.api.nvim_win_get_cursor(0))
  local found
  for id, node in query:iter_captures(root, 0, row - 1, row) do
    local first, from, last, to = node:range()
    local begins = first < row - 1 or first == row - 1 and from <= column
    local ends = last > row - 1 or last == row - 1 and to > column
    found = begins and ends and query.captures[id] or found
  end
  say(found or 'nothing')
end

vim.opt.completeopt = { 'menuone', 'noselect' }
-- Nothing is said but what the script says.
vim.opt.showmode = false
vim.opt.shortmess:append('c')

vim.api.nvim_create_autocmd('VimEnter', {
  -- What a script opens is read as what a person opens.
  nested = true,
  callback = function()
    go_on(coroutine.create(function()
      assert(loadfile(vim.env.RSX_SCRIPT))()
      vim.cmd('qall!')
    end))
  end,
})
