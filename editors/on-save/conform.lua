require("conform").setup({
  formatters = {
    cfn_ipfix = {
      command = "cfn-ipfix",
      args = { "--quiet", "--color", "never", "--force-exclude", "--write", "-", "--stdin-filename", "$FILENAME" },
      -- Other YAML and JSON is left unchanged.
      condition = function(_, ctx)
        if vim.bo[ctx.buf].filetype == "terraform" then
          return true
        end
        local lines = vim.api.nvim_buf_get_lines(ctx.buf, 0, -1, false)
        return table.concat(lines, "\n"):find("AWS::", 1, true) ~= nil
      end,
    },
  },
  formatters_by_ft = { yaml = { "cfn_ipfix" }, json = { "cfn_ipfix" }, terraform = { "cfn_ipfix" } },
  format_on_save = { timeout_ms = 2000 },
})
