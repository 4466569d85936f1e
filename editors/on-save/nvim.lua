-- Fixes CloudFormation templates and Terraform files on save.
local files = { "*.yaml", "*.yml", "*.json", "*.template", "*.tf", "*.tofu" }
local terraform = vim.regex([[\.\(tf\|tofu\)\(\.json\)\?$]])
local group = vim.api.nvim_create_augroup("cfn_ipfix", {})
local diff = vim.text and vim.text.diff or vim.diff
local message

-- Returns the fixed lines and the error messages, each as a list of lines.
local function filter(lines, name)
  if vim.fn.executable("cfn-ipfix") == 0 then
    return lines, { "cfn-ipfix is not on the PATH" }
  end
  local output, errors
  local command = { "cfn-ipfix", "--quiet", "--color", "never", "--force-exclude", "--write", "-", "--stdin-filename", name }
  local job = vim.fn.jobstart(command, {
    stdout_buffered = true,
    stderr_buffered = true,
    on_stdout = function(_, data) output = data end,
    on_stderr = function(_, data) errors = data end,
  })
  vim.fn.chansend(job, lines)
  vim.fn.chanclose(job, "stdin")
  local status = vim.fn.jobwait({ job })[1]
  return status == 0 and output or lines, errors
end

vim.api.nvim_create_autocmd("BufWritePre", {
  group = group,
  pattern = files,
  callback = function(event)
    message = nil
    local lines = vim.api.nvim_buf_get_lines(event.buf, 0, -1, false)
    local before = table.concat(lines, "\n") .. "\n"
    if not terraform:match_str(event.file) and not before:find("AWS::", 1, true) then
      return
    end
    table.insert(lines, "") -- the newline at the end
    local fixed, errors = filter(lines, event.file)
    if errors[1] ~= "" then
      message = errors[1]
    end
    -- Only the changed lines are touched, the last first, so the cursor stays on its text.
    local hunks = diff(before, table.concat(fixed, "\n"), { result_type = "indices" })
    for i = #hunks, 1, -1 do
      local start, count, new_start, new_count = unpack(hunks[i])
      local first = count > 0 and start - 1 or start
      local new = vim.list_slice(fixed, new_start, new_start + new_count - 1)
      vim.api.nvim_buf_set_lines(event.buf, first, first + count, true, new)
    end
  end,
})

-- The message of the write itself would hide an earlier message.
vim.api.nvim_create_autocmd("BufWritePost", {
  group = group,
  pattern = files,
  callback = function()
    if message then
      vim.notify(message, vim.log.levels.ERROR)
    end
  end,
})
