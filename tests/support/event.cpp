#include <wasmer/support/event.hpp>

#include <poll.h>

#include "../catch.hpp"

using wasmer::support::Event;

namespace {

bool readable(Event& event) {
  pollfd polled{event.descriptor(), POLLIN, 0};
  return ::poll(&polled, 1, 0) == 1;
}

}  // namespace

TEST_CASE("an event's descriptor is readable while the event is set") {
  Event event;
  CHECK_FALSE(readable(event));
  event.set();
  CHECK(readable(event));
  CHECK(readable(event));
  event.clear();
  CHECK_FALSE(readable(event));
}

TEST_CASE("an event that was set before its descriptor was asked for is readable at once") {
  Event event;
  event.set();
  CHECK(event.is_set());
  CHECK(readable(event));
}

TEST_CASE("setting an event twice takes one clearing") {
  Event event;
  CHECK_FALSE(readable(event));
  event.set();
  event.set();
  event.clear();
  CHECK_FALSE(event.is_set());
  CHECK_FALSE(readable(event));
  event.clear();
  CHECK_FALSE(readable(event));
}
