#pragma once
/// \file
/// Threads whose stacks are as small as a test wants them.

#include <cstddef>
#include <pthread.h>
#include <type_traits>

#include "../catch.hpp"

namespace wasmer::tests {

/// Runs `task` on a thread whose stack is of `bytes`, and waits for its end.
template <class Task> void run_on_stack_of(std::size_t bytes, Task&& task) {
  using Object = std::remove_reference_t<Task>;
  const auto run = [](void* argument) -> void* { return (*static_cast<Object*>(argument))(), nullptr; };
  pthread_attr_t attributes;
  ::pthread_attr_init(&attributes);
  ::pthread_attr_setstacksize(&attributes, bytes);
  pthread_t thread;
  REQUIRE(::pthread_create(&thread, &attributes, run, const_cast<void*>(static_cast<const void*>(&task))) == 0);
  ::pthread_join(thread, nullptr);
  ::pthread_attr_destroy(&attributes);
}

}  // namespace wasmer::tests
