" Fixes CloudFormation templates and Terraform files on save.
augroup cfn_ipfix
  autocmd!
  autocmd BufWritePre *.yaml,*.yml,*.json,*.template,*.tf,*.tofu call s:Fix(expand('<afile>'))
  autocmd BufWritePost *.yaml,*.yml,*.json,*.template,*.tf,*.tofu call s:Report()
augroup END

" Applies the diff that cfn-ipfix prints. Only the changed lines are touched, so the cursor stays on its text.
function! s:Fix(name) abort
  let s:messages = []
  if a:name !~# '\.\(tf\|tofu\)\(\.json\)\?$' && !search('AWS::', 'cnw')
    return
  elseif !executable('cfn-ipfix')
    let s:messages = ['cfn-ipfix is not on the PATH']
    return
  endif
  let errors = tempname()
  let command = 'cfn-ipfix --quiet --color never --force-exclude --stdin-filename ' .. shellescape(a:name) .. ' - 2>' .. errors
  let diff = systemlist(command, getline(1, '$') + [''])
  let s:messages = readfile(errors)
  call delete(errors)

  let line = 0
  let replaced = 0
  for text in diff[2:] + ['@@']
    if text[0] ==# '-'
      let replaced += 1
    elseif text[0] ==# '+' && replaced > 0
      call setline(line, text[1:])
      let replaced -= 1
      let line += 1
    elseif text[0] ==# '+'
      call append(line - 1, text[1:])
      let line += 1
    else
      if replaced > 0
        call deletebufline('%', line, line + replaced - 1)
        let replaced = 0
      endif
      let line = text[0] ==# '@' ? str2nr(matchstr(text, '+\zs\d\+')) : line + 1
    endif
  endfor
endfunction

" The message of the write itself would hide an earlier message.
function! s:Report() abort
  if !empty(s:messages)
    echohl ErrorMsg
    echomsg s:messages[0]
    echohl None
  endif
endfunction
