#pragma once

#include <stddef.h>

/* The fields of one line of comma separated values. Texts point into the line, which is cut up. */
struct fields {
  char **texts;
  size_t count;
  size_t capacity;
};

void fields_init(struct fields *fields);
/* 0, or -1 when there is no memory. */
int fields_split(struct fields *fields, char *line);
void fields_free(struct fields *fields);
