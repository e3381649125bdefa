-- A buffer of rsx: how it is commented and indented, its server, its colours.

if vim.b.did_ftplugin then
  return
end
vim.b.did_ftplugin = 1

vim.bo.commentstring = '// %s'
vim.bo.comments = ':///,://!,://'
vim.bo.expandtab = true
vim.bo.shiftwidth = 2
vim.bo.softtabstop = 2
vim.bo.textwidth = 100
-- Comments go on in the next line, and text is not broken while it is typed.
vim.bo.formatoptions = 'croqlj'
vim.bo.indentexpr = "v:lua.require'rsx'.indent(v:lnum)"
vim.bo.indentkeys = '0},0],0),!^F,o,O'
vim.bo.omnifunc = "v:lua.require'rsx.complete'.omnifunc"
vim.api.nvim_create_autocmd('CompleteDone', {
  group = vim.api.nvim_create_augroup('rsx', { clear = false }),
  buffer = 0,
  callback = require('rsx.complete').done,
})
vim.b.undo_ftplugin = 'setlocal commentstring< comments< expandtab< shiftwidth< softtabstop< textwidth<'
  .. ' formatoptions< indentexpr< indentkeys< omnifunc< | autocmd! rsx CompleteDone <buffer>'

local rsx = require('rsx')
rsx.start(vim.api.nvim_get_current_buf())
rsx.colour(vim.api.nvim_get_current_buf())
