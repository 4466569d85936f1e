;; Shows the findings of cfn-ipfix while you type, and fixes templates and Terraform files on save.
(require 'eglot)

(defun cfn-ipfix-start ()
  "Start the language server of cfn-ipfix for the buffer."
  (interactive)
  (if (not (executable-find "cfn-ipfix"))
      (display-warning 'cfn-ipfix "cfn-ipfix is not on the PATH")
    (setq-local eglot-server-programs (list (list major-mode "cfn-ipfix" "--lsp")))
    (add-hook 'before-save-hook #'cfn-ipfix-fix nil t)
    (eglot-ensure)))

(defun cfn-ipfix-start-if-needed ()
  "Start the language server for a Terraform file, or for YAML or JSON with `AWS::'."
  (when (or (string-match-p "\\.\\(tf\\|tofu\\)\\(\\.json\\)?\\'" buffer-file-name)
            (and (string-match-p "\\.\\(ya?ml\\|json\\|template\\)\\'" buffer-file-name)
                 (save-excursion (goto-char (point-min)) (search-forward "AWS::" nil t))))
    (cfn-ipfix-start)))

(defun cfn-ipfix-fix ()
  "Fix the buffer, unless there is nothing to fix or no server."
  (ignore-errors
    (eglot-code-actions (point-min) (point-max) "source.fixAll.cfn-ipfix" t)))

(add-hook 'find-file-hook #'cfn-ipfix-start-if-needed)
