/* Linked into what the stand-in compilers of c-inputs build: the other side of literals.h. Replay.cc
   runs the program, and says by its environment what it wants:
     INQUEST_LITERALS  a file number: each literal that is met is written there
     INQUEST_VARY      the literal that is another one: its new text, before, after
     INQUEST_NOTES     a file number: what the test looked at
   The parts of a record end with kEnd, so that texts with line ends stay whole. */
#define _GNU_SOURCE
#include "literals.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { kEnd = '\x1f', kNotesLimit = 1 << 14, kLiteralsLimit = 1 << 18, kTextLimit = 4096 };

static int literals = -1;
static int notes = -1;
static size_t literals_bytes;
static size_t notes_bytes;
static const char* varied;                  /* the new text */
static const char* varied_before;
static const char* varied_after;
static const struct inquest_literal* found; /* the literal that is varied */

static void Put(int file, size_t* bytes, size_t limit, const char* text, size_t size) {
  if (file < 0 || *bytes > limit) return;
  *bytes += size;
  if (write(file, text, size) != (ssize_t)size) *bytes = limit + 1;
}

static void Note(const char* text, size_t size) {
  Put(notes, &notes_bytes, kNotesLimit, text, size);
}

/* The three parts of a copy of $INQUEST_VARY, which stays for good. Nothing is varied without. */
static void ReadVaried(void) {
  const char* variable = getenv("INQUEST_VARY");
  char* text = variable == NULL ? NULL : strdup(variable);
  char* before = text == NULL ? NULL : strchr(text, kEnd);
  char* after = before == NULL ? NULL : strchr(before + 1, kEnd);
  if (after == NULL) return;
  *before = '\0';
  *after = '\0';
  varied = text;
  varied_before = before + 1;
  varied_after = after + 1;
}

__attribute__((constructor(101))) static void Begin(void) {
  const char* number = getenv("INQUEST_LITERALS");
  if (number != NULL) literals = atoi(number);
  number = getenv("INQUEST_NOTES");
  if (number != NULL) notes = atoi(number);
  ReadVaried();
}

/* Its new text, or NULL. */
static const char* Meet(const struct inquest_literal* literal, const char* value) {
  if (literals >= 0) {
    char record[2 * kTextLimit];
    const int size = snprintf(record, sizeof record, "%c%s%c%s%c%s%c", literal->kind, value, kEnd,
                              literal->before, kEnd, literal->after, kEnd);
    if (size > 0 && (size_t)size < sizeof record) {
      Put(literals, &literals_bytes, kLiteralsLimit, record, (size_t)size);
    }
  }
  if (varied == NULL) return NULL;
  if (found == NULL && strcmp(literal->before, varied_before) == 0 &&
      strcmp(literal->after, varied_after) == 0) {
    found = literal;
  }
  return literal == found ? varied : NULL;
}

long long inquest_integer(const struct inquest_literal* literal, long long value) {
  if (literals < 0 && varied == NULL) return value;
  char text[32];
  snprintf(text, sizeof text, "%lld", value);
  const char* other = Meet(literal, text);
  return other == NULL ? value : strtoll(other, NULL, 10);
}

double inquest_real(const struct inquest_literal* literal, double value) {
  if (literals < 0 && varied == NULL) return value;
  char text[64];
  snprintf(text, sizeof text, "%.17g", value);
  const char* other = Meet(literal, text);
  return other == NULL ? value : strtod(other, NULL);
}

char* inquest_text(const struct inquest_literal* literal, const char* value) {
  if ((literals < 0 && varied == NULL) || strlen(value) > kTextLimit) return (char*)value;
  const char* other = Meet(literal, value);
  return (char*)(other == NULL ? value : other);
}

void inquest_note_integer(long long value) {
  char text[32];
  Note(text, (size_t)snprintf(text, sizeof text, "%lld ", value));
}

void inquest_note_real(double value) {
  char text[64];
  /* Reals are compared as tests compare them: not to the last bit. */
  Note(text, (size_t)snprintf(text, sizeof text, "%.9g ", value));
}

void inquest_note_text(const char* text, unsigned long size) {
  Note("\"", 1);
  Note(text, size < kTextLimit ? size : kTextLimit);
  Note("\" ", 2);
}

void inquest_note_string(const char* text) {
  if (text == NULL) {
    Note("null ", 5);
  } else {
    inquest_note_text(text, strnlen(text, kTextLimit));
  }
}

void inquest_note_mark(char mark) {
  const char text[2] = {mark, ' '};
  Note(text, sizeof text);
}
