// One workload of the heap of GC objects, on our heap or on Boehm's collector: prints one figure a line, "NAME VALUE", for bench/heap.
// usage: bench-heap SIDE WORKLOAD
//        bench-heap --sides
//
// Ours is called as compiled code calls it: by a host function that guest code has entered, through the instance's table of libcalls. Boehm's is set up as
// this runtime would: it marks on one thread and takes pointers into objects for references in frames only, and knows arrays of numbers to hold none. The
// objects are the same, a word of their type first.
#include <wasmer/wasmer.hpp>
#include <wasmer/vm/heap.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <sys/resource.h>
#include <time.h>
#include <vector>

#ifdef BENCH_LIBGC
#define GC_THREADS
#define GC_NO_THREAD_REDIRECTS
#include <gc.h>
#endif

using namespace wasmer;
using vm::Reference;

namespace {

/// The processor's time that the thread has had: all work is done on one, and what else the machine does is not counted.
struct Clock {
  using duration = std::chrono::nanoseconds;
  using time_point = std::chrono::time_point<Clock, duration>;
  static time_point now() {
    timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return time_point(std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec));
  }
};

double milliseconds(Clock::time_point begin, Clock::time_point end) { return std::chrono::duration<double, std::milli>(end - begin).count(); }

void figure(std::string_view name, double value) { std::printf("%.*s %.4f\n", static_cast<int>(name.size()), name.data(), value); }

void check(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "error: %s\n", what);
  std::exit(1);
}

std::size_t peak_bytes() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::size_t>(usage.ru_maxrss) * 1024;
}

/// The types of `guest`, in its order.
enum Type : std::uint32_t { small, medium, big, node, bytes };
constexpr std::string_view guest = R"((module
  (type $small (struct (field (mut (ref null $small)))))
  (type $medium (struct (field (mut (ref null $medium))) (field (mut (ref null $medium))) (field (mut i64))))
  (type $big (struct (field (mut (ref null $big))) (field (mut i64)) (field (mut i64)) (field (mut i64)) (field (mut i64)) (field (mut i64)) (field (mut i64))))
  (type $node (struct (field (mut (ref null $node))) (field (mut (ref null $node)))))
  (type $bytes (array (mut i8)))
  (import "bench" "work" (func $work))
  (func (export "run") (call $work))))";

/// How long each collection stopped the program, in milliseconds.
std::vector<double> pauses;

/// Our heap, by the libcalls of compiled code.
class Ours {
 public:
  explicit Ours(const Instance& instance)
      : context_(&instance.context()), heap_(&instance.store().heap()), structure_(libcall<Reference(vm::Context*, std::uint32_t)>(vm::Libcall::struct_new)),
        array_(libcall<Reference(vm::Context*, std::uint32_t, std::uint32_t)>(vm::Libcall::array_new_default)) {}

  Reference structure(Type type) const { return good(structure_(context_, type)); }
  /// The same, which sees whether it takes a collection.
  Reference timed_structure(Type type) const {
    if (!heap_->is_due()) [[likely]] return structure(type);
    const auto begin = Clock::now();
    const Reference made = structure(type);
    pauses.push_back(milliseconds(begin, Clock::now()));
    return made;
  }
  Reference array(std::uint32_t length) const { return good(array_(context_, bytes, length)); }
  std::uint64_t collections() const { return heap_->collections(); }

 private:
  template <class F> F* libcall(vm::Libcall which) const { return reinterpret_cast<F*>(context_->libcalls[static_cast<std::size_t>(which)]); }
  static Reference good(Reference made) {
    check(made > vm::no_trap, "there is no room");
    return made;
  }
  vm::Context* context_;
  vm::Heap* heap_;
  Reference (*structure_)(vm::Context*, std::uint32_t);
  Reference (*array_)(vm::Context*, std::uint32_t, std::uint32_t);
};

#ifdef BENCH_LIBGC
/// Boehm's collector, whose heap begins with the 8 MiB that ours has before it collects; beside large live sets it then takes as much as ours of itself.
class Boehm {
 public:
  Boehm() {
    GC_set_all_interior_pointers(0);
    GC_set_markers_count(1);
    GC_INIT();
    check(GC_expand_hp(8 << 20) != 0, "there is no room");
    GC_set_on_collection_event([](GC_EventType event) {
      static Clock::time_point begin;
      if (event == GC_EVENT_PRE_STOP_WORLD) begin = Clock::now();
      if (event == GC_EVENT_RECLAIM_END) pauses.push_back(milliseconds(begin, Clock::now()));
    });
  }

  Reference structure(Type type) const { return structure_(type); }
  Reference timed_structure(Type type) const { return structure(type); }
  Reference array(std::uint32_t length) const { return array_(length); }
  std::uint64_t collections() const { return GC_get_gc_no(); }

 private:
  static Reference new_structure(Type type) {
    static constexpr std::size_t sizes[]{16, 32, 64, 24};
    return begun(GC_malloc(sizes[type]), type);
  }
  static Reference new_array(std::uint32_t length) {
    void* const array = GC_malloc_atomic(vm::offset::array_elements + std::size_t{length});
    if (array != nullptr) {
      std::memset(array, 0, vm::offset::array_elements + std::size_t{length});
      static_cast<vm::ArrayObject*>(array)->length = length;
    }
    return begun(array, bytes);
  }
  static Reference begun(void* object, Type type) {
    static constexpr vm::CanonicalType* none = nullptr;
    static const void* const types[]{&none, &none, &none, &none, &none};
    check(object != nullptr, "there is no room");
    std::memcpy(object, &types[type], sizeof types[type]);
    return reinterpret_cast<Reference>(object);
  }
  // Pointers, as ours are called.
  Reference (*volatile structure_)(Type) = new_structure;
  Reference (*volatile array_)(std::uint32_t) = new_array;
};
#endif

/// A field of a structure that is a word.
std::uint64_t& field(Reference object, std::size_t index) { return reinterpret_cast<std::uint64_t*>(object)[1 + index]; }

/// Objects of which the last few are alive; every second one refers to the one before it. Nanoseconds for one.
template <class Side> void garbage(const Side& side, Type type) {
  constexpr std::uint32_t count = 30'000'000, alive = 256;
  Reference last[alive] = {};
  std::uint64_t referring = 0;
  const auto begin = Clock::now();
  for (std::uint32_t i = 0; i < count; ++i) {
    const Reference made = side.structure(type);
    Reference& place = last[i % alive];
    if (place != 0) referring += field(place, 0) != 0;
    if (i % 2 != 0) field(made, 0) = last[(i - 1) % alive];
    place = made;
  }
  figure("each", milliseconds(begin, Clock::now()) * 1e6 / count);
  check(referring == (count - alive) / 2, "objects are not as they were made");
}

template <class Side> Reference tree(const Side& side, int depth) {
  const Reference left = depth > 0 ? tree(side, depth - 1) : 0, right = depth > 0 ? tree(side, depth - 1) : 0;
  const Reference made = side.structure(node);
  field(made, 0) = left, field(made, 1) = right;
  return made;
}
std::uint64_t nodes(Reference tree) { return tree == 0 ? 0 : 1 + nodes(field(tree, 0)) + nodes(field(tree, 1)); }

/// The binary trees that collectors have always been measured by: one that lives, and many small and some large ones that do not. Milliseconds.
template <class Side> void trees(const Side& side, int most) {
  constexpr int least = 4;
  const auto begin = Clock::now();
  check(nodes(tree(side, most + 1)) == (std::uint64_t{4} << most) - 1, "the first tree is broken");
  const Reference living = tree(side, most);
  std::uint64_t all = 0, expected = 0;
  for (int depth = least; depth <= most; depth += 2) {
    const std::uint64_t count = std::uint64_t{1} << (most - depth + least);
    for (std::uint64_t i = 0; i < count; ++i) all += nodes(tree(side, depth));
    expected += count * ((std::uint64_t{2} << depth) - 1);
  }
  check(nodes(living) == (std::uint64_t{2} << most) - 1 && all == expected, "a tree is broken");
  figure("total", milliseconds(begin, Clock::now()));
}

/// Garbage beside a million objects in a ring, each of which may refer to any other one. Nanoseconds for a piece of garbage.
template <class Side> void beside_live(const Side& side, bool is_tangled) {
  constexpr std::uint32_t live = 1'000'000, count = 30'000'000;
  std::uint32_t random = 1;
  const Reference first = side.structure(medium);
  Reference last = first;
  std::vector<Reference> all{first};  // no root
  all.reserve(live);
  for (std::uint32_t i = 1; i < live; ++i) {
    const Reference made = side.structure(medium);
    field(last, 0) = made, field(made, 2) = i;
    last = made;
    all.push_back(made);
  }
  field(last, 0) = first;
  if (is_tangled)
    for (const Reference each : all) field(each, 1) = all[(random = random * 1664525 + 1013904223) % live];
  all = {};

  pauses.clear();
  Reference kept = 0;
  const std::uint64_t before = side.collections();
  const auto begin = Clock::now();
  for (std::uint32_t i = 0; i < count; ++i) {
    const Reference made = side.timed_structure(medium);
    field(made, 2) = i + (kept != 0 ? field(kept, 2) : 0);
    kept = made;
  }
  figure("each", milliseconds(begin, Clock::now()) * 1e6 / count);
  check(field(kept, 2) == std::uint64_t{count} * (count - 1) / 2, "garbage is not as it was made");
  check(!pauses.empty() && pauses.size() == side.collections() - before, "pauses were missed");
  double sum = 0;
  for (const double each : pauses) sum += each;
  figure("collections", static_cast<double>(pauses.size()));
  figure("mean", sum / static_cast<double>(pauses.size()));
  figure("longest", *std::ranges::max_element(pauses));

  std::uint64_t met = 0, numbers = 0;
  Reference at = first;
  do ++met, numbers += field(at, 2), at = field(at, 0);
  while (at != first);
  check(met == live && numbers == std::uint64_t{live} * (live - 1) / 2, "the ring is broken");
}

/// Arrays of bytes, of which the last few are alive. Nanoseconds for one.
template <class Side> void arrays(const Side& side, std::uint32_t length, std::uint32_t count) {
  constexpr std::uint32_t alive = 16;
  Reference last[alive] = {};
  const auto element = [](Reference array, std::uint32_t at) -> std::uint8_t& { return reinterpret_cast<std::uint8_t*>(array)[vm::offset::array_elements + at]; };
  std::uint64_t right = 0;
  const auto begin = Clock::now();
  for (std::uint32_t i = 0; i < count; ++i) {
    const Reference made = side.array(length);
    for (std::uint32_t at = 0; at < length; at += 512) right += element(made, at) == 0, element(made, at) = 1;
    right += element(made, length - 1) == 0, element(made, length - 1) = 1;
    last[i % alive] = made;
    right += element(last[i / 2 % alive], length - 1) == 1;
  }
  figure("each", milliseconds(begin, Clock::now()) * 1e6 / count);
  check(right == count * (length / 512 + 2ull), "arrays are not zero when they are new");
}

template <class Side> bool run(const Side& side, std::string_view workload) {
  const std::size_t before = peak_bytes();
  if (workload == "garbage-16") garbage(side, small);
  else if (workload == "garbage-32") garbage(side, medium);
  else if (workload == "garbage-64") garbage(side, big);
  else if (workload == "trees-16") trees(side, 16);
  else if (workload == "trees-18") trees(side, 18);
  else if (workload == "ring") beside_live(side, false);
  else if (workload == "tangle") beside_live(side, true);
  else if (workload == "arrays-1") arrays(side, 1 << 10, 4'000'000);
  else if (workload == "arrays-64") arrays(side, 64 << 10, 200'000);
  else return false;
  figure("bytes", static_cast<double>(peak_bytes() - before));
  return true;
}

bool run_ours(std::string_view workload) {
  const Runtime<Singlepass> runtime({}, {.threads = 1});
  const auto module = runtime.compile(wat(guest)).value();
  bool known = false;
  const auto instance = runtime.instantiate(module, Imports{{"bench", "work", [&](Caller& caller) { known = run(Ours(caller.instance()), workload); }}}).value();
  instance.template function<void()>("run").value()().value();
  return known;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view side = argc > 1 ? argv[1] : "", workload = argc > 2 ? argv[2] : "";
  if (side == "--sides") {
    std::puts("ours");
#ifdef BENCH_LIBGC
    const unsigned version = GC_get_version();
    std::printf("libgc %u.%u.%u\n", version >> 16, version >> 8 & 0xFF, version & 0xFF);
#endif
    return 0;
  }
  if (side == "ours" && run_ours(workload)) return 0;
#ifdef BENCH_LIBGC
  if (side == "libgc" && run(Boehm(), workload)) return 0;
#endif
  return std::fputs("usage: bench-heap SIDE WORKLOAD\n", stderr), 2;
}
