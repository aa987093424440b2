// A server and a client in one program: the port is the argument.
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char** argv) {
  (void)argc;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(argv[1]))};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int server = socket(AF_INET, SOCK_STREAM, 0), client = socket(AF_INET, SOCK_STREAM, 0);
  printf("bind %d\n", bind(server, (struct sockaddr*)&address, sizeof address));
  printf("listen %d\n", listen(server, 5));
  printf("connect %d\n", connect(client, (struct sockaddr*)&address, sizeof address));
  struct sockaddr_in peer;
  socklen_t size = sizeof peer;
  const int connection = accept(server, (struct sockaddr*)&peer, &size);
  printf("accept %d %s\n", connection >= 0, inet_ntoa(peer.sin_addr));
  printf("send %d\n", (int)send(client, "question", 8, 0));
  struct pollfd polled = {.fd = connection, .events = POLLIN};
  const int ready = poll(&polled, 1, 1000);
  printf("poll %d %d\n", ready, polled.revents == POLLIN);
  char text[32] = {0};
  const int received = (int)recv(connection, text, sizeof text - 1, 0);
  printf("recv %d %s\n", received, text);
  printf("write %d\n", (int)write(connection, "answer", 6));
  fd_set reading;
  FD_ZERO(&reading);
  FD_SET(client, &reading);
  struct timeval time = {1, 0};
  const int readable = select(client + 1, &reading, NULL, NULL, &time);
  printf("select %d %d\n", readable, FD_ISSET(client, &reading) != 0);
  memset(text, 0, sizeof text);
  const int got = (int)read(client, text, sizeof text - 1);
  printf("read %d %s\n", got, text);
  close(connection);
  printf("end %d\n", (int)read(client, text, sizeof text));
  size = sizeof address;
  const int named = getsockname(server, (struct sockaddr*)&address, &size);
  printf("name %d %d\n", named, ntohs(address.sin_port) == atoi(argv[1]));
  return 0;
}
