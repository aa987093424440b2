/* Serves one connection on the socket that it is given, descriptor 3: sends back what comes, in capitals, and tells on standard output how much that was. */
#include <ctype.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

int main(void) {
  const int connection = accept(3, NULL, NULL);
  if (connection < 0) {
    perror("accept");
    return 1;
  }
  char bytes[1000];
  long total = 0;
  ssize_t size;
  while ((size = recv(connection, bytes, sizeof bytes, 0)) > 0) {
    for (ssize_t i = 0; i < size; ++i) bytes[i] = (char)toupper((unsigned char)bytes[i]);
    for (ssize_t sent = 0; sent < size;) {
      const ssize_t more = send(connection, bytes + sent, (size_t)(size - sent), 0);
      if (more < 0) {
        perror("send");
        return 1;
      }
      sent += more;
    }
    total += size;
  }
  if (size < 0) {
    perror("recv");
    return 1;
  }
  if (shutdown(connection, SHUT_RDWR) != 0) perror("shutdown");
  close(connection);
  printf("%ld bytes\n", total);
  return 0;
}
