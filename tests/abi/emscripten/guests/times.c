// Dates of given times, and clocks that go forward.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

int main(void) {
  const time_t times[] = {0, 86399, 951782400, 1700000000, 2000000000};
  char text[128];
  for (unsigned i = 0; i < sizeof times / sizeof times[0]; ++i) {
    struct tm date;
    gmtime_r(&times[i], &date);
    strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S %a %j", &date);
    printf("%s %d\n", text, timegm(&date) == times[i]);
    localtime_r(&times[i], &date);
    printf("%d\n", mktime(&date) == times[i]);
  }
  struct tm wild = {.tm_year = 120, .tm_mon = 13, .tm_mday = 35, .tm_hour = 30, .tm_isdst = 0};
  timegm(&wild);
  strftime(text, sizeof text, "%F %T", &wild);
  printf("%s\n", text);
  struct tm parsed = {0};
  const char* rest = strptime("2021-03-04 05:06:07 rest", "%Y-%m-%d %H:%M:%S", &parsed);
  printf("%s %d %d\n", rest, parsed.tm_yday, parsed.tm_wday);
  struct timespec before, after;
  clock_gettime(CLOCK_MONOTONIC, &before);
  usleep(20000);
  clock_gettime(CLOCK_MONOTONIC, &after);
  const long long passed = (after.tv_sec - before.tv_sec) * 1000000000ll + after.tv_nsec - before.tv_nsec;
  printf("slept %d\n", passed >= 19000000 && passed < 5000000000ll);
  printf("now %d\n", time(NULL) > 1700000000);
  return 0;
}
