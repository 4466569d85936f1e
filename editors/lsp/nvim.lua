-- Shows the findings of cfn-ipfix while you type, and fixes templates and Terraform files on save.
vim.lsp.config("cfn-ipfix", {
  cmd = { "cfn-ipfix", "--lsp" },
  filetypes = { "yaml", "yaml.cloudformation", "json", "json.cloudformation", "jsonc", "terraform", "opentofu" },
  root_markers = { ".cfn-ipfix.yaml", ".git" },
})
vim.lsp.enable("cfn-ipfix")

vim.api.nvim_create_autocmd("BufWritePre", {
  group = vim.api.nvim_create_augroup("cfn_ipfix", {}),
  callback = function(event)
    for _, client in ipairs(vim.lsp.get_clients({ bufnr = event.buf, name = "cfn-ipfix" })) do
      local start = { line = 0, character = 0 }
      local response = client:request_sync("textDocument/codeAction", {
        textDocument = { uri = vim.uri_from_bufnr(event.buf) },
        range = { start = start, ["end"] = start },
        context = { only = { "source.fixAll.cfn-ipfix" }, diagnostics = {} },
      }, 2000, event.buf)
      for _, action in ipairs(response and response.result or {}) do
        vim.lsp.util.apply_workspace_edit(action.edit, client.offset_encoding)
      end
    end
  end,
})
