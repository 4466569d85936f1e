-- A replacement for conform.nvim, which is in no package registry. It runs a formatter on save, as conform's
-- documentation describes: chosen by the buffer's file type, if the condition is true, from standard input to standard
-- output, with `$FILENAME` replaced. Any exit status other than 0 is shown as an error and leaves the buffer unchanged.
package.preload.conform = function()
  return {
    setup = function(options)
      local function format(formatter, buffer)
        local name = vim.api.nvim_buf_get_name(buffer)
        local context = { buf = buffer, filename = name, dirname = vim.fs and vim.fs.dirname(name) }
        if not formatter:condition(context) then
          return
        end
        local command = { formatter.command }
        for _, argument in ipairs(formatter.args) do
          table.insert(command, argument == "$FILENAME" and name or argument)
        end
        local output, errors
        local job = vim.fn.jobstart(command, {
          stdout_buffered = true,
          stderr_buffered = true,
          on_stdout = function(_, data) output = data end,
          on_stderr = function(_, data) errors = data end,
        })
        local lines = vim.api.nvim_buf_get_lines(buffer, 0, -1, false)
        vim.fn.chansend(job, table.concat(lines, "\n") .. "\n")
        vim.fn.chanclose(job, "stdin")
        if vim.fn.jobwait({ job }, options.format_on_save.timeout_ms)[1] == 0 then
          table.remove(output)
          vim.api.nvim_buf_set_lines(buffer, 0, -1, true, output)
        else
          vim.schedule(function()
            vim.notify(table.concat(errors, "\n"), vim.log.levels.ERROR)
          end)
        end
      end
      vim.api.nvim_create_autocmd("BufWritePre", {
        callback = function(event)
          for _, formatter in ipairs(options.formatters_by_ft[vim.bo[event.buf].filetype] or {}) do
            format(options.formatters[formatter], event.buf)
          end
        end,
      })
    end,
  }
end
