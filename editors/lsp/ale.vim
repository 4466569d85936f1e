" Shows the findings of cfn-ipfix while you type.
for s:filetype in ['yaml', 'json', 'terraform']
  call ale#linter#Define(s:filetype, {
  \ 'name': 'cfn-ipfix',
  \ 'lsp': 'stdio',
  \ 'executable': 'cfn-ipfix',
  \ 'command': '%e --lsp',
  \ 'project_root': {-> getcwd()},
  \})
endfor
let g:ale_linters = {
\ 'json': ['cfn-ipfix', 'jsonlint', 'vscodejson'],
\ 'yaml': ['cfn-ipfix', 'yaml-language-server', 'yamllint'],
\}
