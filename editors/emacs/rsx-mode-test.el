;;; rsx-mode-test.el --- A real Emacs with eglot against the real server  -*- lexical-binding: t; -*-

;;; Commentary:

;; emacs --batch -L editors/emacs -l editors/emacs/rsx-mode-test.el -f ert-run-tests-batch-and-exit
;;
;; The server is `rsx' on the path.

;;; Code:

(require 'ert)
(require 'eglot)
(require 'flymake)
(require 'rsx-mode)

(defconst rsx-test-wrong "stack shop { region = \"us-east-1\" }

network man { cidr = 10.0.0.0/16 }

consumer reader {
network = man
capacity = 36rpu..64rpu
}
")

(defconst rsx-test-mended "stack shop { region = \"us-east-1\" }

network main { cidr = 10.0.0.0/16 }

consumer reader {
  network  = main
  capacity = 32rpu..64rpu
}
")

(defun rsx-test-until (what)
  "Wait until WHAT returns something, and return that."
  (let ((end (+ (float-time) 30)) found)
    (while (not (or (setq found (funcall what)) (> (float-time) end)))
      (accept-process-output nil 0.05))
    found))

(defun rsx-test-tell ()
  "Tell the server of edits; in a batch nobody is ever idle, when eglot would."
  (eglot--signal-textDocument/didChange))

(defun rsx-test-diagnostics ()
  "Return what is wrong: line, and what is said."
  (flymake-start)
  (mapcar (lambda (one)
            (cons (line-number-at-pos (flymake-diagnostic-beg one)) (flymake-diagnostic-text one)))
          (flymake-diagnostics)))

(ert-deftest rsx-a-wrong-spec-is-mended ()
  "A wrong spec is shown to be wrong at its place, mended, renamed, laid out and saved."
  (let* ((folder (make-temp-file "rsx" t))
         (file (expand-file-name "main.rsx" folder))
         (eglot-autoshutdown nil)
         (eglot-sync-connect t)
         (eglot-confirm-server-initiated-edits nil))
    (write-region rsx-test-wrong nil file nil 'silent)
    (with-current-buffer (find-file-noselect file)
      (should (eq major-mode 'rsx-mode))
      (apply #'eglot (eglot--guess-contact))
      (should (rsx-test-until
               (lambda () (assoc 7 (rsx-test-diagnostics)))))
      (goto-char (point-min))
      (search-forward "36")
      (let* ((actions (eglot-code-actions (1- (point)) (point) "quickfix"))
             (fix (cl-find "write `32rpu`" (append actions nil)
                           :key (lambda (one) (plist-get one :title)) :test #'equal)))
        (should fix)
        (eglot--apply-workspace-edit (plist-get fix :edit)))
      (rsx-test-tell)
      (goto-char (point-min))
      (search-forward "man")
      (eglot-rename "main")
      (rsx-test-tell)
      (eglot-format-buffer)
      (rsx-test-tell)
      (should (equal (buffer-string) rsx-test-mended))
      (save-buffer)
      (should (rsx-test-until (lambda () (null (rsx-test-diagnostics)))))
      (eglot-shutdown (eglot-current-server))
      (should (equal (with-temp-buffer (insert-file-contents file) (buffer-string)) rsx-test-mended)))
    (delete-directory folder t)))

(ert-deftest rsx-lines-are-indented ()
  "Each line of a spec is indented as `rsx fmt' does it."
  (with-temp-buffer
    (insert rsx-test-mended)
    (rsx-mode)
    (let ((before (buffer-string))
          (inhibit-message t))
      (indent-region (point-min) (point-max))
      (should (equal (buffer-string) before)))))

;;; rsx-mode-test.el ends here
