// Files, directories and links, as a program sees them that knows nothing of its host.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int by_name(const void* a, const void* b) { return strcmp(*(char* const*)a, *(char* const*)b); }

static void list(const char* path) {
  char* names[16];
  int count = 0;
  DIR* directory = opendir(path);
  if (directory == NULL) {
    printf("no %s: %s\n", path, errno == ENOENT ? "not there" : "wrong");
    return;
  }
  for (struct dirent* entry; (entry = readdir(directory)) != NULL && count < 16;) names[count++] = strdup(entry->d_name);
  closedir(directory);
  qsort(names, (size_t)count, sizeof names[0], by_name);
  for (int i = 0; i < count; ++i) printf("%s ", names[i]);
  printf("\n");
}

int main(void) {
  FILE* file = fopen("data.txt", "w");
  fprintf(file, "%d lines\n%s\n", 2, "the second");
  fclose(file);
  file = fopen("data.txt", "r");
  char line[64];
  while (fgets(line, sizeof line, file) != NULL) printf("read: %s", line);
  printf("position %ld, end %d\n", ftell(file), feof(file));
  fclose(file);

  file = fopen("data.txt", "r+");
  fseek(file, -7, SEEK_END);
  fputs("SECOND", file);
  fclose(file);
  file = fopen("data.txt", "a");
  fputs("third\n", file);
  fclose(file);
  struct stat state;
  if (stat("data.txt", &state) == 0) printf("size %lld, regular %d, %d links\n", (long long)state.st_size, S_ISREG(state.st_mode), (int)state.st_nlink);

  printf("mkdir %d\n", mkdir("folder", 0777));
  const int again = mkdir("folder", 0777);
  printf("mkdir again %d %d\n", again, errno == EEXIST);
  printf("rename %d\n", rename("data.txt", "folder/moved.txt"));
  printf("symlink %d\n", symlink("moved.txt", "folder/link"));
  char target[32] = {0};
  const int length = (int)readlink("folder/link", target, sizeof target - 1);
  printf("readlink %d %s\n", length, target);
  list("folder");
  list("nowhere");
  printf("stat of the link: %d\n", lstat("folder/link", &state) == 0 && S_ISLNK(state.st_mode));
  int fd = open("folder/link", O_RDONLY);
  char bytes[16] = {0};
  const int got = (int)pread(fd, bytes, 7, 2);
  printf("pread %d %s\n", got, bytes);
  const int other = dup(fd);
  lseek(other, 2, SEEK_SET);
  printf("shared position %d\n", (int)lseek(fd, 0, SEEK_CUR));
  close(fd);
  close(other);
  printf("truncate %d\n", truncate("folder/moved.txt", 5));
  printf("access %d %d\n", access("folder/moved.txt", R_OK), access("folder/none", F_OK));
  const int removed = rmdir("folder");
  printf("rmdir of a full one %d %d\n", removed, errno == ENOTEMPTY);
  printf("unlink %d\n", unlink("folder/link"));
  printf("unlink %d\n", unlink("folder/moved.txt"));
  printf("rmdir %d\n", rmdir("folder"));
  const int folder = open(".", O_WRONLY);
  printf("open a folder to write: %d %d\n", folder, errno == EISDIR);
  int ends[2];
  if (pipe(ends) == 0) {
    printf("pipe %d ", (int)write(ends[1], "through", 7));
    memset(bytes, 0, sizeof bytes);
    const int through = (int)read(ends[0], bytes, sizeof bytes - 1);
    printf("%d %s\n", through, bytes);
  }
  return 0;
}
