;;; rsx-mode.el --- Redshift Serverless deployments in rsx  -*- lexical-binding: t; -*-

;; Version: 0.1.0
;; Package-Requires: ((emacs "26.1"))
;; Keywords: languages

;;; Commentary:

;; Colours, indentation and an outline for rsx, and its language server for eglot and lsp-mode:
;;
;;   (require 'rsx-mode)
;;   (add-hook 'rsx-mode-hook #'eglot-ensure)

;;; Code:

(defgroup rsx nil
  "Redshift Serverless deployments in rsx."
  :group 'languages)

(defcustom rsx-server '("rsx" "lsp")
  "The language server: a program and its arguments."
  :type '(repeat string))

(defcustom rsx-indent-offset 2
  "How many blanks a step is."
  :type 'integer
  :safe #'integerp)

(defvar rsx-mode-syntax-table
  (let ((table (make-syntax-table)))
    (modify-syntax-entry ?/ ". 12" table)
    (modify-syntax-entry ?\n ">" table)
    (modify-syntax-entry ?\" "\"" table)
    (modify-syntax-entry ?\\ "\\" table)
    (modify-syntax-entry ?_ "_" table)
    (dolist (sign '(?= ?+ ?- ?* ?< ?> ?! ?? ?| ?. ?%))
      (modify-syntax-entry sign "." table))
    table)
  "Comments begin with two slashes, texts stand in quotes.")

(defconst rsx--name "[a-zA-Z_][a-zA-Z0-9_]*")

(defconst rsx-font-lock-keywords
  `((,(concat "^[ \t]*\\(param\\|let\\|output\\)[ \t]+\\(" rsx--name "\\)")
     (1 font-lock-keyword-face) (2 font-lock-variable-name-face))
    (,(concat "^[ \t]*\\(type\\|dimension\\|resource\\|pattern\\)[ \t]+\\(" rsx--name "\\)")
     (1 font-lock-keyword-face) (2 font-lock-type-face))
    ("^[ \t]*\\(rule\\)[ \t]+\\([a-z0-9_:]+\\)[ \t]+\\(on\\)\\_>"
     (1 font-lock-keyword-face) (2 font-lock-constant-face) (3 font-lock-keyword-face))
    (,(concat "^[ \t]*\\(make\\)[ \t]+\\(" rsx--name "\\)[ \t]+\\(" rsx--name "\\)")
     (1 font-lock-keyword-face) (2 font-lock-type-face) (3 font-lock-function-name-face))
    ("^[ \t]*\\(allow\\)[ \t]+\\([a-z0-9_:]+\\)[ \t]+\\(because\\)\\_>"
     (1 font-lock-keyword-face) (2 font-lock-constant-face) (3 font-lock-keyword-face))
    ("^[ \t]*\\(import\\|env\\|check\\|expect\\|require\\|else\\|at\\|also\\|help\\|mend\\)\\_>[ \t]*[^=: \t\n]"
     (1 font-lock-keyword-face))
    (,(concat "^[ \t]*\\(" rsx--name "\\)[ \t]+\\(" rsx--name "\\)[ \t]*{")
     (1 font-lock-type-face) (2 font-lock-function-name-face))
    (,(concat "\\(?:^\\|[{,(]\\)[ \t]*\\(" rsx--name "\\)[ \t]*=[^=]")
     (1 font-lock-variable-name-face))
    (,(concat "\\(?:^\\|[{,]\\)[ \t]*\\(?:\\(?:fixed\\|computed\\|found\\|bare\\|disruptive\\|through\\|internal\\)"
              "[ \t]+\\)*\\(" rsx--name "\\)[ \t]*:[^:]")
     (1 font-lock-variable-name-face))
    ("\\_<\\(?:and\\|or\\|not\\|in\\|if\\|then\\|else\\|for\\|all\\|any\\|where\\)\\_>" . font-lock-keyword-face)
    ("\\_<\\(?:true\\|false\\|none\\|self\\)\\_>" . font-lock-constant-face)
    ("\\_<[A-Z][a-zA-Z0-9_]*\\_>" . font-lock-type-face)
    (,(concat "\\_<\\(" rsx--name "\\)(") (1 font-lock-builtin-face))
    ("\\_<[0-9][0-9./]*\\(?:[a-zA-Z]+\\|%\\)?" . font-lock-constant-face))
  "What is coloured how.")

(defun rsx--goes-on-p ()
  "Say whether the line at point goes on with the expression of the line before."
  (or (looking-at-p "\\?\\?\\|[<>=!]=\\|[-+*/<>] \\|\\(?:or\\|and\\|in\\|then\\|else\\)\\_>[ \t]*[^=: \t\n]")
      (save-excursion
        (forward-comment (- (point)))
        (or (memq (char-before) '(?= ?:))
            (looking-back "\\_<\\(?:if\\|then\\|else\\|or\\|and\\|require\\)" (line-beginning-position))))))

(defun rsx--column ()
  "Return where the line at point begins: a step for each bracket around it."
  (let* ((state (syntax-ppss))
         (open (nth 1 state))
         (base (cond ((not open) 0)
                     (t (save-excursion (goto-char open) (+ (current-indentation) rsx-indent-offset))))))
    (cond ((nth 3 state) (current-indentation))
          ((looking-at-p "[])}]") (- base rsx-indent-offset))
          ((looking-at-p "else\\_>") base)
          ((rsx--goes-on-p) (+ base rsx-indent-offset))
          (t base))))

(defun rsx-indent-line ()
  "Indent the line."
  (interactive)
  (let ((behind (- (current-column) (current-indentation))))
    (indent-line-to (save-excursion (back-to-indentation) (rsx--column)))
    (when (> behind 0)
      (forward-char behind))))

(defconst rsx-imenu-generic-expression
  `((nil ,(concat "^\\([a-z_]+[ \t]+" rsx--name "\\)[ \t]*{") 1)
    ("Values" ,(concat "^\\(?:param\\|let\\|output\\)[ \t]+\\(" rsx--name "\\)") 1)
    ("Rules" "^rule[ \t]+\\([a-z0-9_:]+\\)" 1))
  "The outline of a spec.")

;;;###autoload
(define-derived-mode rsx-mode prog-mode "rsx"
  "Major mode for Redshift Serverless deployments in rsx."
  (setq-local comment-start "// ")
  (setq-local comment-start-skip "//+!?[ \t]*")
  (setq-local comment-end "")
  (setq-local indent-line-function #'rsx-indent-line)
  (setq-local indent-tabs-mode nil)
  (setq-local electric-indent-chars (append "{}[]()" electric-indent-chars))
  (setq-local imenu-generic-expression rsx-imenu-generic-expression)
  (setq-local font-lock-defaults '(rsx-font-lock-keywords)))

;;;###autoload
(add-to-list 'auto-mode-alist '("\\.rsx\\'" . rsx-mode))

(defvar eglot-server-programs)
(with-eval-after-load 'eglot
  (add-to-list 'eglot-server-programs `(rsx-mode . ,rsx-server)))

(declare-function lsp-register-client "ext:lsp-mode")
(declare-function make-lsp-client "ext:lsp-mode")
(declare-function lsp-stdio-connection "ext:lsp-mode")
(defvar lsp-language-id-configuration)
(with-eval-after-load 'lsp-mode
  (add-to-list 'lsp-language-id-configuration '(rsx-mode . "rsx"))
  (lsp-register-client
   (make-lsp-client :new-connection (lsp-stdio-connection (lambda () rsx-server))
                    :major-modes '(rsx-mode)
                    :server-id 'rsx)))

(provide 'rsx-mode)
;;; rsx-mode.el ends here
