/* Nobody has a name or a home here. */
#pragma once
#include <sys/types.h>

struct passwd {
  const char *pw_name;
  char *pw_dir;
};

static inline struct passwd *getpwuid(uid_t user) { return (void)user, (struct passwd *)0; }
