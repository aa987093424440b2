// Reads the text file named by its argument and prints how many words it has, and the ten that occur most often.
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { buckets = 4096, longest = 63, shown = 10 };

struct word {
  struct word *next;
  unsigned long count;
  char text[];
};

static struct word *table[buckets];
static unsigned long total, distinct;

static void out_of_memory(void) {
  fputs("out of memory\n", stderr);
  exit(1);
}

static void count(const char *text) {
  unsigned long hash = 5381;
  for (const char *c = text; *c; ++c) hash = hash * 33 + (unsigned char)*c;
  struct word **slot = &table[hash % buckets];
  while (*slot && strcmp((*slot)->text, text) != 0) slot = &(*slot)->next;
  if (!*slot) {
    *slot = calloc(1, sizeof **slot + strlen(text) + 1);
    if (!*slot) out_of_memory();
    strcpy((*slot)->text, text);
    ++distinct;
  }
  ++(*slot)->count;
  ++total;
}

static int by_count(const void *left, const void *right) {
  const struct word *a = *(struct word *const *)left, *b = *(struct word *const *)right;
  if (a->count != b->count) return a->count < b->count ? 1 : -1;
  return strcmp(a->text, b->text);
}

int main(int argc, char **argv) {
  if (argc != 2) {
    fprintf(stderr, "usage: %s FILE\n", argc ? argv[0] : "word_frequency");
    return 2;
  }
  FILE *file = fopen(argv[1], "r");
  if (!file) {
    fprintf(stderr, "%s: %s\n", argv[1], strerror(errno));
    return 1;
  }
  char text[longest + 1];
  size_t length = 0;
  unsigned long lines = 0, bytes = 0;
  for (int c; (c = getc(file)) != EOF;) {
    ++bytes;
    if (c == '\n') ++lines;
    if (isalpha(c)) {
      if (length < longest) text[length++] = (char)tolower(c);
    } else if (length) {
      text[length] = 0, length = 0;
      count(text);
    }
  }
  if (length) text[length] = 0, count(text);
  fclose(file);

  struct word **sorted = calloc(distinct + 1, sizeof *sorted);
  if (!sorted) out_of_memory();
  size_t n = 0;
  for (size_t i = 0; i < buckets; ++i)
    for (struct word *word = table[i]; word; word = word->next) sorted[n++] = word;
  qsort(sorted, n, sizeof *sorted, by_count);
  printf("%s: %lu lines, %lu bytes, %lu words, %lu of them distinct\n", argv[1], lines, bytes, total, distinct);
  for (size_t i = 0; i < n && i < shown; ++i)
    printf("%6lu  %5.2f%%  %s\n", sorted[i]->count, 100.0 * (double)sorted[i]->count / (double)total, sorted[i]->text);
  return 0;
}
