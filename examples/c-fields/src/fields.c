#include "fields.h"

#include <stdlib.h>

enum { FIRST_CAPACITY = 4 };

void fields_init(struct fields *fields) {
  fields->texts = NULL;
  fields->count = 0;
  fields->capacity = 0;
}

static int fields_grow(struct fields *fields) {
  size_t capacity = fields->capacity == 0 ? FIRST_CAPACITY : 2 * fields->capacity;
  char **texts = realloc(fields->texts, capacity * sizeof *texts);
  if (texts == NULL) return -1;
  fields->texts = texts;
  fields->capacity = capacity;
  return 0;
}

static int fields_add(struct fields *fields, char *text) {
  if (fields->texts == NULL || fields->count > fields->capacity) {
    if (fields_grow(fields) != 0) return -1;
  }
  fields->texts[fields->count] = text;
  fields->count++;
  return 0;
}

int fields_split(struct fields *fields, char *line) {
  char *start = line;
  char *at = line;
  int quoted = 0;
  fields->count = 0;
  for (; *at != '\0'; at++) {
    if (*at == '"') quoted = !quoted;
    if (*at != ',' || quoted) continue;
    *at = '\0';
    if (fields_add(fields, start) != 0) return -1;
    start = at + 1;
  }
  return fields_add(fields, start);
}

void fields_free(struct fields *fields) {
  free(fields->texts);
  fields_init(fields);
}
