/* fields N < FILE: the Nth field of every line, from 1. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fields.h"

int main(int argc, char **argv) {
  char line[4096];
  struct fields fields;
  size_t wanted = argc == 2 ? strtoul(argv[1], NULL, 10) : 0;
  if (wanted == 0) {
    fprintf(stderr, "usage: fields N < FILE\n");
    return 2;
  }
  fields_init(&fields);
  while (fgets(line, sizeof line, stdin) != NULL) {
    line[strcspn(line, "\n")] = '\0';
    if (fields_split(&fields, line) != 0) return 1;
    puts(wanted <= fields.count ? fields.texts[wanted - 1] : "");
  }
  fields_free(&fields);
  return 0;
}
