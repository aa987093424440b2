#include <wasmer/abi/wasi/fd_table.hpp>

#include <atomic>
#include <map>
#include <random>
#include <thread>

#include "world.hpp"

using namespace wasmer;
using namespace wasmer::tests;
using namespace wasmer::wasi;

namespace {

/// A file that does nothing but count how many of it there are.
struct Counted {
  explicit Counted(std::atomic<int>* count) : alive(count) { ++*alive; }
  Counted(Counted&& other) noexcept : alive(std::exchange(other.alive, nullptr)) {}
  ~Counted() {
    if (alive != nullptr) --*alive;
  }
  std::atomic<int>* alive;
};

FdTable<Counted>::Entry entry(std::atomic<int>& alive, Rights rights = file_rights) {
  return std::make_shared<OpenFile<Counted>>(Counted(&alive), Filetype::regular_file, rights, Rights::none, false);
}

}  // namespace

TEST_CASE("the lowest free descriptor is given") {
  std::atomic<int> alive = 0;
  FdTable<Counted> table(10);
  for (std::uint32_t i = 0; i < 4; ++i) CHECK(table.insert(entry(alive)).value() == Fd{i});
  REQUIRE(table.close(Fd{2}));
  REQUIRE(table.close(Fd{1}));
  CHECK(table.insert(entry(alive)).value() == Fd{1});
  CHECK(table.insert(entry(alive)).value() == Fd{2});
  CHECK(table.insert(entry(alive)).value() == Fd{4});
  CHECK(alive == 5);
}

TEST_CASE("the lowest descriptor is given that is not below another") {
  std::atomic<int> alive = 0;
  FdTable<Counted> table(10);
  CHECK(table.insert(entry(alive), Fd{4}).value() == Fd{4});
  CHECK(table.insert(entry(alive), Fd{4}).value() == Fd{5});
  CHECK(table.insert(entry(alive)).value() == Fd{0});
  CHECK(errno_of(table.insert(entry(alive), Fd{10})) == Errno::mfile);
  CHECK(alive == 3);
}

TEST_CASE("a descriptor is given that is wanted, and what was open by it no longer is") {
  std::atomic<int> alive = 0;
  FdTable<Counted> table(3);
  REQUIRE(table.replace(Fd{2}, entry(alive)));
  REQUIRE(table.replace(Fd{2}, entry(alive)));
  CHECK(alive == 1);
  CHECK(table.insert(entry(alive)).value() == Fd{0});
  CHECK(table.insert(entry(alive)).value() == Fd{1});
  CHECK(table.is_full());
  CHECK(errno_of(table.replace(Fd{3}, entry(alive))) == Errno::badf);
  CHECK(alive == 3);
}

TEST_CASE("a full table refuses with mfile and has room again after a close") {
  std::atomic<int> alive = 0;
  FdTable<Counted> table(2);
  REQUIRE(table.insert(entry(alive)));
  REQUIRE(table.insert(entry(alive)));
  CHECK(table.is_full());
  CHECK(errno_of(table.insert(entry(alive))) == Errno::mfile);
  CHECK(alive == 2);
  REQUIRE(table.close(Fd{0}));
  CHECK_FALSE(table.is_full());
  CHECK(table.insert(entry(alive)).value() == Fd{0});
}

TEST_CASE("a descriptor that is not open is badf") {
  std::atomic<int> alive = 0;
  FdTable<Counted> table(10);
  REQUIRE(table.insert(entry(alive)));
  REQUIRE(table.close(Fd{0}));
  for (const Fd fd : {Fd{0}, Fd{1}, Fd{0xFFFF'FFFF}}) {
    CHECK(errno_of(table.get(fd)) == Errno::badf);
    CHECK(errno_of(table.close(fd)) == Errno::badf);
    CHECK(errno_of(table.renumber(fd, fd)) == Errno::badf);
    CHECK(errno_of(table.set_rights(fd, Rights::none, Rights::none)) == Errno::badf);
  }
}

TEST_CASE("renumbering closes the target and frees the source") {
  std::atomic<int> alive = 0;
  FdTable<Counted> table(10);
  for (int i = 0; i < 3; ++i) REQUIRE(table.insert(entry(alive)));
  const auto moved = table.get(Fd{0}).value();
  REQUIRE(table.renumber(Fd{0}, Fd{2}));
  CHECK(alive == 2);
  CHECK(table.get(Fd{2}).value() == moved);
  CHECK(errno_of(table.get(Fd{0})) == Errno::badf);
  CHECK(table.insert(entry(alive)).value() == Fd{0});
}

TEST_CASE("renumbering a descriptor onto itself changes nothing") {
  std::atomic<int> alive = 0;
  FdTable<Counted> table(10);
  REQUIRE(table.insert(entry(alive)));
  REQUIRE(table.renumber(Fd{0}, Fd{0}));
  CHECK(table.get(Fd{0}).has_value());
  CHECK(alive == 1);
  CHECK(errno_of(table.renumber(Fd{0}, Fd{1})) == Errno::badf);
  CHECK(alive == 1);
}

TEST_CASE("a file lives until the call that uses it is over") {
  std::atomic<int> alive = 0;
  FdTable<Counted> table(10);
  REQUIRE(table.insert(entry(alive)));
  {
    const auto used = table.get(Fd{0}).value();
    REQUIRE(table.close(Fd{0}));
    CHECK(alive == 1);
  }
  CHECK(alive == 0);
}

TEST_CASE("rights can be given away and never taken back") {
  std::atomic<int> alive = 0;
  FdTable<Counted> table(10);
  REQUIRE(table.insert(entry(alive)));
  REQUIRE(table.set_rights(Fd{0}, Rights::fd_seek, Rights::none));
  CHECK(table.get(Fd{0}, Rights::fd_seek).has_value());
  CHECK(errno_of(table.get(Fd{0}, Rights::fd_read)) == Errno::notcapable);
  CHECK(errno_of(table.set_rights(Fd{0}, Rights::fd_seek | Rights::fd_read, Rights::none)) == Errno::notcapable);
  CHECK(errno_of(table.set_rights(Fd{0}, Rights::fd_seek, Rights::fd_read)) == Errno::notcapable);
}

TEST_CASE("a file not opened for what is asked of it is badf") {
  std::atomic<int> alive = 0;
  FdTable<Counted> table(10);
  REQUIRE(table.insert(entry(alive, file_rights - write_rights)));
  CHECK(errno_of(table.get(Fd{0}, Rights::fd_write)) == Errno::badf);
  CHECK(errno_of(table.directory(Fd{0}, Rights::path_open)) == Errno::notdir);
}

TEST_CASE("a million random operations agree with a model, and nothing leaks") {
  constexpr std::uint32_t limit = 24;
  std::atomic<int> alive = 0;
  {
    FdTable<Counted> table(limit);
    std::map<std::uint32_t, const void*> model;
    std::mt19937 random(20);
    int differences = 0;
    for (int i = 0; i < 1'000'000; ++i) {
      const std::uint32_t a = random() % (limit + 2), b = random() % (limit + 2);
      switch (random() % 4) {
        case 0: {
          auto made = entry(alive);
          const void* identity = made.get();
          std::uint32_t lowest = 0;
          while (model.contains(lowest)) ++lowest;
          const auto given = table.insert(std::move(made));
          if (lowest < limit) {
            differences += !(given && given.value() == Fd{lowest});
            model[lowest] = identity;
          } else {
            differences += errno_of(given) != Errno::mfile;
          }
          break;
        }
        case 1: differences += table.close(Fd{a}).has_value() != (model.erase(a) == 1); break;
        case 2: {
          const bool both = model.contains(a) && model.contains(b);
          differences += table.renumber(Fd{a}, Fd{b}).has_value() != both;
          if (both && a != b) {
            model[b] = model[a];
            model.erase(a);
          }
          break;
        }
        case 3: {
          const auto got = table.get(Fd{a});
          differences += got ? !model.contains(a) || got.value().get() != model[a] : model.contains(a);
          break;
        }
      }
      differences += alive != static_cast<int>(model.size());
    }
    CHECK(differences == 0);
  }
  CHECK(alive == 0);
}

TEST_CASE("threads that share a table never see half of an operation") {
  std::atomic<int> alive = 0, broken = 0;
  {
    FdTable<Counted> table(64);
    for (int i = 0; i < 4; ++i) REQUIRE(table.insert(entry(alive)));
    const auto work = [&](unsigned seed) {
      std::mt19937 random(seed);
      for (int i = 0; i < 50'000; ++i) {
        if (random() % 2 == 0) (void)table.insert(entry(alive));
        else (void)table.close(Fd{4 + static_cast<std::uint32_t>(random() % 20)});
        const auto kept = table.get(Fd{static_cast<std::uint32_t>(random() % 4)});
        if (!kept || kept.value()->file.alive != &alive) ++broken;
      }
    };
    std::thread other(work, 1);
    work(2);
    other.join();
  }
  CHECK(broken == 0);
  CHECK(alive == 0);
}
