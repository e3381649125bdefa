-- Completion by `<C-x><C-o>` that takes snippets: Neovim's own writes several lines as one, and knows no stops before 0.11.

local M = {}

local PATIENCE = 2000

-- What was offered last.
local offered = {}

-- Returns how the server counts the signs of a line, or nothing before it has started.
local function encoding()
  local clients = (vim.lsp.get_clients or vim.lsp.get_active_clients)()
  for _, client in ipairs(clients) do
    if client.name == 'rsx' then
      return client.offset_encoding
    end
  end
end

-- Returns the byte at which the word begins that the server would replace.
local function start_of(position)
  if encoding() == 'utf-8' then
    return position.character
  end
  return vim.str_byteindex(vim.api.nvim_get_current_line(), position.character, encoding() == 'utf-16')
end

-- Asks the server; false if it has nothing to offer.
local function ask()
  offered = {}
  if not encoding() then
    return false
  end
  local place = vim.lsp.util.make_position_params(0, encoding())
  local answers = vim.lsp.buf_request_sync(0, 'textDocument/completion', place, PATIENCE)
  for _, answer in pairs(answers or {}) do
    offered = answer.result and answer.result.items or offered
  end
  return #offered > 0
end

-- 'omnifunc', as `:help complete-functions` has it.
function M.omnifunc(finds_start, base)
  if finds_start == 1 then
    return ask() and start_of(offered[1].textEdit.range.start) or -2
  end
  local words = {}
  for number, item in ipairs(offered) do
    if vim.startswith(item.filterText or item.label, base) then
      table.insert(words, {
        word = item.label,
        kind = vim.lsp.protocol.CompletionItemKind[item.kind],
        menu = item.detail,
        info = item.documentation and item.documentation.value,
        dup = 1,
        user_data = { rsx = number },
      })
    end
  end
  return words
end

-- Returns what a snippet writes, and behind which of its bytes the first stop ends.
local function written(snippet)
  local out, stop, depth, at = {}, nil, 0, 1
  while at <= #snippet do
    local length, sign = 1, snippet:sub(at, at)
    local opening = snippet:match('^%${%d+:', at)
    local final = snippet:match('^%$%d+', at)
    if sign == '\\' then
      length = 2
      table.insert(out, snippet:sub(at + 1, at + 1))
    elseif opening or final then
      depth = depth + (opening and 1 or 0)
      length = #(opening or final)
      stop = stop or final and #out
    elseif sign == '}' and depth > 0 then
      depth = depth - 1
      stop = stop or #out
    else
      table.insert(out, sign)
    end
    at = at + length
  end
  return table.concat(out), stop or #out
end

-- Puts the snippet into the place of the word that stands for it.
function M.done()
  local data = vim.v.completed_item.user_data
  local item = type(data) == 'table' and offered[data.rsx]
  local row, to = unpack(vim.api.nvim_win_get_cursor(0))
  local line = vim.api.nvim_get_current_line()
  if not item or line:sub(to - #item.label + 1, to) ~= item.label then
    return
  end
  local from = to - #item.label
  if vim.snippet then
    vim.api.nvim_buf_set_text(0, row - 1, from, row - 1, to, {})
    vim.api.nvim_win_set_cursor(0, { row, from })
    vim.snippet.expand(item.textEdit.newText)
    return
  end
  local text, stop = written(item.textEdit.newText)
  local indent = line:match('^%s*')
  local lines = vim.split(text, '\n', { plain = true })
  for number = 2, #lines do
    lines[number] = indent .. lines[number]
  end
  vim.api.nvim_buf_set_text(0, row - 1, from, row - 1, to, lines)
  local before = vim.split(text:sub(1, stop), '\n', { plain = true })
  local column = #before == 1 and from + #before[1] or #indent + #before[#before]
  vim.api.nvim_win_set_cursor(0, { row + #before - 1, column })
end

return M
