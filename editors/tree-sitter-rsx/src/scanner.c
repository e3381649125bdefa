// Tells what needs more than one sign of lookahead: the name of a field, and whether a range is open.

#include "tree_sitter/parser.h"

#include <string.h>

enum Token { FIELD_NAME, RANGE, OPEN_RANGE, ERROR_SENTINEL };

// A word that is longer is no keyword; only as many of its letters are kept.
enum { LONGEST = 5 };

void *tree_sitter_rsx_external_scanner_create(void) { return NULL; }
void tree_sitter_rsx_external_scanner_destroy(void *payload) { (void)payload; }
unsigned tree_sitter_rsx_external_scanner_serialize(void *payload, char *buffer) {
  (void)payload;
  (void)buffer;
  return 0;
}
void tree_sitter_rsx_external_scanner_deserialize(void *payload, const char *buffer, unsigned length) {
  (void)payload;
  (void)buffer;
  (void)length;
}

static bool is_letter(int32_t c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
static bool is_name_char(int32_t c) { return is_letter(c) || (c >= '0' && c <= '9'); }
static bool is_blank(int32_t c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

// Passes blanks and comments, behind the end that is marked already.
static void pass_blanks(TSLexer *lexer) {
  for (;;) {
    while (is_blank(lexer->lookahead)) lexer->advance(lexer, false);
    if (lexer->lookahead != '/') return;
    lexer->advance(lexer, false);
    if (lexer->lookahead != '/') return;
    while (lexer->lookahead != '\n' && !lexer->eof(lexer)) lexer->advance(lexer, false);
  }
}

// A word is the name of a field if `=` or `:` stands behind it, and neither `==` nor `::`.
static bool scan_field_name(TSLexer *lexer) {
  while (is_name_char(lexer->lookahead)) lexer->advance(lexer, false);
  lexer->mark_end(lexer);
  pass_blanks(lexer);
  int32_t sign = lexer->lookahead;
  if (sign != '=' && sign != ':') return false;
  lexer->advance(lexer, false);
  if (lexer->lookahead == sign) return false;
  lexer->result_symbol = FIELD_NAME;
  return true;
}

// Before these words a range is open.
static bool ends_range(const char *word) {
  static const char *const ends[] = {"or", "and", "in", "for", "if", "then", "else"};
  for (unsigned i = 0; i < sizeof ends / sizeof *ends; i++) {
    if (strcmp(word, ends[i]) == 0) return true;
  }
  return false;
}

// The end of a range stands on the line of its `..`; without one the range is open.
static bool scan_range(TSLexer *lexer, const bool *valid) {
  lexer->advance(lexer, false);
  if (lexer->lookahead != '.') return false;
  lexer->advance(lexer, false);
  lexer->mark_end(lexer);
  while (lexer->lookahead == ' ' || lexer->lookahead == '\t') lexer->advance(lexer, false);
  int32_t c = lexer->lookahead;
  bool begins_operand = is_name_char(c) || (c > 0 && c < 128 && strchr("\"'[({-", (int)c) != NULL);
  bool is_open = !begins_operand;
  if (is_letter(c)) {
    char word[LONGEST + 1] = {0};
    for (unsigned length = 0; is_name_char(lexer->lookahead); length++) {
      if (length < LONGEST) word[length] = (char)lexer->lookahead;
      lexer->advance(lexer, false);
    }
    is_open = ends_range(word);
  }
  lexer->result_symbol = is_open ? OPEN_RANGE : RANGE;
  return valid[lexer->result_symbol];
}

bool tree_sitter_rsx_external_scanner_scan(void *payload, TSLexer *lexer, const bool *valid) {
  (void)payload;
  while (is_blank(lexer->lookahead)) lexer->advance(lexer, true);
  if (lexer->lookahead == '.') return (valid[RANGE] || valid[OPEN_RANGE]) && scan_range(lexer, valid);
  if (is_letter(lexer->lookahead)) return valid[FIELD_NAME] && scan_field_name(lexer);
  return false;
}
