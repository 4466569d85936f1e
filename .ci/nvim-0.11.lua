-- Replacements of the functions of Neovim 0.11 that its recipe calls, for Neovim 0.7. They do what the documentation of
-- Neovim says: a configuration starts a server for a buffer when its file type is set, in the nearest directory with a
-- marker.
local configurations = {}
vim.lsp.config = setmetatable({}, {
  __call = function(_, name, configuration) configurations[name] = configuration end,
})

local function root_of(path, markers)
  local folder = path
  while folder ~= vim.fn.fnamemodify(folder, ":h") do
    folder = vim.fn.fnamemodify(folder, ":h")
    for _, marker in ipairs(markers) do
      if vim.loop.fs_stat(folder .. "/" .. marker) then
        return folder
      end
    end
  end
end

vim.lsp.enable = function(name)
  local configuration = configurations[name]
  local id
  vim.api.nvim_create_autocmd("FileType", {
    pattern = configuration.filetypes,
    callback = function(event)
      if vim.fn.executable(configuration.cmd[1]) == 0 then
        vim.notify(configuration.cmd[1] .. " is not executable", vim.log.levels.WARN)
        return
      end
      local root = root_of(vim.api.nvim_buf_get_name(event.buf), configuration.root_markers)
      id = id or vim.lsp.start_client(vim.tbl_extend("force", configuration, { name = name, root_dir = root }))
      vim.lsp.buf_attach_client(event.buf, id)
    end,
  })
end

vim.lsp.get_clients = function(filter)
  local clients = {}
  for _, client in pairs(vim.lsp.buf_get_clients(filter.bufnr)) do
    if client.name == filter.name then
      table.insert(clients, {
        offset_encoding = client.offset_encoding,
        request_sync = function(_, ...) return client.request_sync(...) end,
      })
    end
  end
  return clients
end
