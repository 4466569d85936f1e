-- Shows the findings of cfn-ipfix while you type, and fixes templates and Terraform files on save.
local files = { "*.yaml", "*.yml", "*.json", "*.template", "*.tf", "*.tofu" }
local group = vim.api.nvim_create_augroup("cfn_ipfix", {})
local server

vim.api.nvim_create_autocmd({ "BufReadPost", "BufNewFile" }, {
  group = group,
  pattern = files,
  callback = function(event)
    if vim.fn.executable("cfn-ipfix") == 0 then
      vim.notify("cfn-ipfix is not on the PATH", vim.log.levels.ERROR)
      return
    end
    server = server or vim.lsp.start_client({
      name = "cfn-ipfix",
      cmd = { "cfn-ipfix", "--lsp" },
      root_dir = vim.fn.getcwd(),
      on_exit = function() server = nil end,
    })
    vim.lsp.buf_attach_client(event.buf, server)
  end,
})

vim.api.nvim_create_autocmd("BufWritePre", {
  group = group,
  pattern = files,
  callback = function(event)
    local client = vim.lsp.buf_get_clients(event.buf)[server]
    if not client then
      return
    end
    local start = { line = 0, character = 0 }
    local response = client.request_sync("textDocument/codeAction", {
      textDocument = { uri = vim.uri_from_bufnr(event.buf) },
      range = { start = start, ["end"] = start },
      context = { only = { "source.fixAll.cfn-ipfix" }, diagnostics = {} },
    }, 2000, event.buf)
    for _, action in ipairs(response and response.result or {}) do
      vim.lsp.util.apply_workspace_edit(action.edit, client.offset_encoding)
    end
  end,
})
