;; Fixes CloudFormation templates and Terraform files on save.
(defvar cfn-ipfix-message nil
  "The error message of cfn-ipfix for the last saved file, or nil.")

(defun cfn-ipfix-fix ()
  "Fix the buffer with cfn-ipfix, keeping point on its text."
  (setq cfn-ipfix-message nil)
  (save-restriction
    (widen)
    (when (or (string-match-p "\\.\\(tf\\|tofu\\)\\(\\.json\\)?\\'" (or buffer-file-name ""))
              (and (string-match-p "\\.\\(ya?ml\\|json\\|template\\)\\'" (or buffer-file-name ""))
                   (save-excursion (goto-char (point-min)) (search-forward "AWS::" nil t))))
      (if (executable-find "cfn-ipfix")
          (cfn-ipfix-filter)
        (setq cfn-ipfix-message "cfn-ipfix is not on the PATH")))))

(defun cfn-ipfix-filter ()
  "Replace the content of the buffer with the output of cfn-ipfix."
  (let ((fixed (generate-new-buffer " *cfn-ipfix*"))
        (errors (make-temp-file "cfn-ipfix"))
        (coding-system-for-write 'utf-8-unix)
        (coding-system-for-read 'utf-8-unix))
    (unwind-protect
        (let ((status (call-process-region nil nil "cfn-ipfix" nil (list fixed errors) nil
                                           "--quiet" "--color" "never" "--force-exclude" "--write" "-"
                                           "--stdin-filename" (file-relative-name buffer-file-name))))
          (with-temp-buffer
            (insert-file-contents errors)
            (unless (= (buffer-size) 0)
              (setq cfn-ipfix-message (buffer-substring (point-min) (line-end-position)))))
          (when (eql status 0)
            (replace-buffer-contents fixed)))
      (kill-buffer fixed)
      (delete-file errors))))

(defun cfn-ipfix-report ()
  "Show the error message of cfn-ipfix, which the message of the write would hide earlier."
  (when cfn-ipfix-message
    (message "%s" cfn-ipfix-message)))

(add-hook 'before-save-hook #'cfn-ipfix-fix)
(add-hook 'after-save-hook #'cfn-ipfix-report)
