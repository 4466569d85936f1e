;; Mends CloudFormation templates when they are saved.
(defvar cfn-ipfix-complaint nil
  "What cfn-ipfix complained about when the last template was saved.")

(defun cfn-ipfix-mend ()
  "Put the buffer through cfn-ipfix, leaving point on its text."
  (setq cfn-ipfix-complaint nil)
  (save-restriction
    (widen)
    (when (and (string-match-p "\\.\\(ya?ml\\|json\\|template\\)\\'" (or buffer-file-name ""))
               (save-excursion (goto-char (point-min)) (search-forward "AWS::" nil t)))
      (if (executable-find "cfn-ipfix")
          (cfn-ipfix-filter)
        (setq cfn-ipfix-complaint "cfn-ipfix is not on the PATH")))))

(defun cfn-ipfix-filter ()
  "Replace the buffer's text by what cfn-ipfix makes of it."
  (let ((mended (generate-new-buffer " *cfn-ipfix*"))
        (errors (make-temp-file "cfn-ipfix"))
        (coding-system-for-write 'utf-8-unix)
        (coding-system-for-read 'utf-8-unix))
    (unwind-protect
        (let ((status (call-process-region nil nil "cfn-ipfix" nil (list mended errors) nil
                                           "--quiet" "--color" "never" "--force-exclude" "--write" "-"
                                           "--stdin-filename" (file-relative-name buffer-file-name))))
          (with-temp-buffer
            (insert-file-contents errors)
            (unless (= (buffer-size) 0)
              (setq cfn-ipfix-complaint (buffer-substring (point-min) (line-end-position)))))
          (when (eql status 0)
            (replace-buffer-contents mended)))
      (kill-buffer mended)
      (delete-file errors))))

(defun cfn-ipfix-tell ()
  "Show what cfn-ipfix complained about; the message of the write would hide it earlier."
  (when cfn-ipfix-complaint
    (message "%s" cfn-ipfix-complaint)))

(add-hook 'before-save-hook #'cfn-ipfix-mend)
(add-hook 'after-save-hook #'cfn-ipfix-tell)
