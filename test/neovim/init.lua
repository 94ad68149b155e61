-- Neovim with nothing but its own LSP client and Lockstep's server. Opens each file of ORDER.files, waits until the
-- server has published diagnostics for it, and writes to ORDER.result what was published and what Neovim made of it.
-- Works from Neovim 0.7 on.
local order = vim.fn.json_decode(assert(os.getenv('LOCKSTEP_NEOVIM_ORDER')))

-- By URI: the parameters of the last `textDocument/publishDiagnostics`, which has positions as the server sent them.
local published = {}
local show = vim.lsp.handlers['textDocument/publishDiagnostics']
vim.lsp.handlers['textDocument/publishDiagnostics'] = function(problem, params, ...)
  published[params.uri] = params
  return show(problem, params, ...)
end

local config = { name = 'lockstep', cmd = order.command, root_dir = order.root }
local client
vim.api.nvim_create_autocmd('FileType', {
  pattern = 'sql',
  callback = function(event)
    if vim.lsp.start then
      vim.lsp.start(config, { bufnr = event.buf })
    else
      client = client or vim.lsp.start_client(config)
      vim.lsp.buf_attach_client(event.buf, client)
    end
  end,
})
vim.cmd('filetype on')

local function collect()
  local files = {}
  for _, file in ipairs(order.files) do
    vim.cmd('edit ' .. vim.fn.fnameescape(file))
    local uri = vim.uri_from_bufnr(0)
    local answered = vim.wait(order.patience, function()
      return published[uri] ~= nil
    end, 20)
    local raw = {}
    for _, diagnostic in ipairs(answered and published[uri].diagnostics or {}) do
      table.insert(raw, { source = diagnostic.source, code = diagnostic.code, range = diagnostic.range })
    end
    table.insert(files, { file = file, answered = answered, diagnostics = raw, shown = #vim.diagnostic.get(0) })
  end
  return files
end

vim.api.nvim_create_autocmd('VimEnter', {
  -- Otherwise `edit` in here would not look for the file's type.
  nested = true,
  callback = function()
    local good, result = pcall(collect)
    local out = assert(io.open(order.result, 'w'))
    -- An empty list would be written as an object.
    out:write(vim.fn.json_encode(good and { files = result } or { problem = tostring(result) }))
    out:close()
    vim.cmd('qall!')
  end,
})
