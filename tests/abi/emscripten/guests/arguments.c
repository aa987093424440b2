// What a program is started with, and what it ends with.
#include <stdio.h>
#include <stdlib.h>

static void last(void) { printf("the last\n"); }

int main(int argc, char** argv) {
  atexit(last);
  for (int i = 1; i < argc; ++i) printf("%d: %s\n", i, argv[i]);
  const char* value = getenv("COLOR");
  printf("COLOR is %s\n", value != NULL ? value : "not set");
  setenv("COLOR", "blue", 1);
  printf("COLOR is %s\n", getenv("COLOR"));
  char* block = malloc(40u << 20);
  if (block == NULL) return 2;
  block[(40u << 20) - 1] = 'x';
  printf("%c\n", block[(40u << 20) - 1]);
  exit(3);
}
