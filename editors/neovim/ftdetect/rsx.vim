autocmd BufNewFile,BufRead *.rsx setfiletype rsx
