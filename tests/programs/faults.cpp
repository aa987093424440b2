#include "faults.hpp"

#include <cerrno>
#include <cstdarg>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <utility>

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <poll.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

namespace wasmer::tests {
namespace {

thread_local Injection* injection = nullptr;

/// A system call of the kernel's, past the C library.
long kernel(long number, std::uint64_t a = 0, std::uint64_t b = 0, std::uint64_t c = 0, std::uint64_t d = 0, std::uint64_t e = 0, std::uint64_t f = 0) {
  register std::uint64_t r10 asm("r10") = d;
  register std::uint64_t r8 asm("r8") = e;
  register std::uint64_t r9 asm("r9") = f;
  long result;
  asm volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9) : "rcx", "r11", "memory");
  if (result < 0 && result > -4096) {
    errno = static_cast<int>(-result);
    return -1;
  }
  return result;
}
template <class... Arguments> long call(long number, Arguments... arguments) {
  const auto word = []<class T>(T value) {
    if constexpr (std::is_pointer_v<T>) return reinterpret_cast<std::uint64_t>(value);
    else return static_cast<std::uint64_t>(value);
  };
  return kernel(number, word(arguments)...);
}

/// Whether this call, which may fail in the ways named, is to fail now; then errno says how.
bool fails(const char* name, std::initializer_list<Fault> ways) {
  if (injection == nullptr) return false;
  for (const Fault way : ways) {
    if (way != injection->fault()) continue;
    if (!injection->is_for(name)) return false;
    constexpr int errors[]{EINTR, 0, ENOSPC, EMFILE, EIO};
    errno = errors[static_cast<int>(way)];
    return true;
  }
  return false;
}

/// The pieces of a call that moves bytes: all of them, or the first byte where it is to move one alone.
class Pieces {
 public:
  Pieces(const iovec* pieces, int count, bool one_byte) : pieces_(pieces), count_(count) {
    for (int i = 0; one_byte && i < count; ++i) {
      if (pieces[i].iov_len == 0) continue;
      first_ = {pieces[i].iov_base, 1};
      pieces_ = &first_, count_ = 1;
      return;
    }
  }
  const iovec* data() const { return pieces_; }
  int count() const { return count_; }

 private:
  iovec first_{};
  const iovec* pieces_;
  int count_;
};

using enum Fault;

}  // namespace

Injection::Injection(Fault fault, std::size_t at) : fault_(fault), at_(at) { injection = this; }
Injection::~Injection() { injection = nullptr; }
Injection* Injection::current() { return injection; }

namespace {

ssize_t moved(const char* name, long number, bool writes, int file, const iovec* pieces, int count, off_t offset) {
  if (writes ? fails(name, {interrupted, no_space, broken}) : fails(name, {interrupted, broken})) return -1;
  const Pieces some(pieces, count, fails(name, {one_byte}));
  return call(number, file, some.data(), some.count(), offset, 0);
}
int opened(const char* name, long number, int directory, const char* path, int flags, mode_t mode, const open_how* how) {
  const bool may_create = ((how != nullptr ? static_cast<int>(how->flags) : flags) & O_CREAT) != 0;
  if (may_create ? fails(name, {interrupted, no_space, no_descriptors, broken}) : fails(name, {interrupted, no_descriptors, broken})) return -1;
  if (how != nullptr) return static_cast<int>(call(number, directory, path, how, sizeof *how));
  return static_cast<int>(call(number, directory, path, flags, mode));
}

}  // namespace
}  // namespace wasmer::tests

using namespace wasmer::tests;

// What the C library declares with a mode or an address behind what is written here is read where it is needed.
extern "C" {

ssize_t readv(int file, const iovec* pieces, int count) { return moved("readv", SYS_readv, false, file, pieces, count, 0); }
ssize_t writev(int file, const iovec* pieces, int count) { return moved("writev", SYS_writev, true, file, pieces, count, 0); }
ssize_t preadv(int file, const iovec* pieces, int count, off_t offset) { return moved("preadv", SYS_preadv, false, file, pieces, count, offset); }
ssize_t pwritev(int file, const iovec* pieces, int count, off_t offset) { return moved("pwritev", SYS_pwritev, true, file, pieces, count, offset); }

int open(const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  return opened("open", SYS_openat, AT_FDCWD, path, flags, mode, nullptr);
}
int openat(int directory, const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  return opened("openat", SYS_openat, directory, path, flags, mode, nullptr);
}
long syscall(long number, ...) noexcept {
  va_list rest;
  va_start(rest, number);
  std::uint64_t arguments[6];
  for (std::uint64_t& argument : arguments) argument = va_arg(rest, std::uint64_t);
  va_end(rest);
  if (number == SYS_openat2)
    return opened("openat2", number, static_cast<int>(arguments[0]), reinterpret_cast<const char*>(arguments[1]), 0, 0, reinterpret_cast<const open_how*>(arguments[2]));
  return kernel(number, arguments[0], arguments[1], arguments[2], arguments[3], arguments[4], arguments[5]);
}

int fstat(int file, struct stat* answer) noexcept { return fails("fstat", {broken}) ? -1 : static_cast<int>(call(SYS_fstat, file, answer)); }
int fstatat(int directory, const char* path, struct stat* answer, int flags) noexcept {
  return fails("fstatat", {broken}) ? -1 : static_cast<int>(call(SYS_newfstatat, directory, path, answer, flags));
}
off_t lseek(int file, off_t offset, int whence) noexcept { return fails("lseek", {broken}) ? -1 : call(SYS_lseek, file, offset, whence); }
int ftruncate(int file, off_t size) noexcept { return fails("ftruncate", {interrupted, no_space, broken}) ? -1 : static_cast<int>(call(SYS_ftruncate, file, size)); }
int fallocate(int file, int mode, off_t offset, off_t size) {
  return fails("fallocate", {interrupted, no_space, broken}) ? -1 : static_cast<int>(call(SYS_fallocate, file, mode, offset, size));
}
/// Linux lets go of the number whatever it answers.
int close(int file) {
  const int answer = static_cast<int>(call(SYS_close, file));
  return fails("close", {interrupted, no_space, broken}) ? -1 : answer;
}
// What reaches the medium, and when, is not looked at here, and takes long.
int fsync(int file) { return fails("fsync", {interrupted, no_space, broken}) ? -1 : Injection::current() ? 0 : static_cast<int>(call(SYS_fsync, file)); }
int fdatasync(int file) { return fails("fdatasync", {interrupted, no_space, broken}) ? -1 : Injection::current() ? 0 : static_cast<int>(call(SYS_fdatasync, file)); }
ssize_t getdents64(int directory, void* buffer, size_t size) noexcept { return fails("getdents64", {broken}) ? -1 : call(SYS_getdents64, directory, buffer, size); }
ssize_t getrandom(void* buffer, size_t size, unsigned flags) { return fails("getrandom", {interrupted}) ? -1 : call(SYS_getrandom, buffer, size, flags); }

int mkdirat(int directory, const char* path, mode_t mode) noexcept {
  return fails("mkdirat", {no_space, broken}) ? -1 : static_cast<int>(call(SYS_mkdirat, directory, path, mode));
}
int unlinkat(int directory, const char* path, int flags) noexcept { return fails("unlinkat", {broken}) ? -1 : static_cast<int>(call(SYS_unlinkat, directory, path, flags)); }
int renameat(int from, const char* from_path, int to, const char* to_path) noexcept {
  return fails("renameat", {no_space, broken}) ? -1 : static_cast<int>(call(SYS_renameat, from, from_path, to, to_path));
}
ssize_t readlinkat(int directory, const char* __restrict path, char* __restrict buffer, size_t size) noexcept {
  return fails("readlinkat", {broken}) ? -1 : call(SYS_readlinkat, directory, path, buffer, size);
}
int utimensat(int directory, const char* path, const timespec* times, int flags) noexcept {
  return fails("utimensat", {broken}) ? -1 : static_cast<int>(call(SYS_utimensat, directory, path, times, flags));
}
int futimens(int file, const timespec* times) noexcept { return fails("futimens", {broken}) ? -1 : static_cast<int>(call(SYS_utimensat, file, 0, times, 0)); }

int poll(pollfd* polled, nfds_t count, int timeout) { return fails("poll", {interrupted}) ? -1 : static_cast<int>(call(SYS_poll, polled, count, timeout)); }
int ppoll(pollfd* polled, nfds_t count, const timespec* timeout, const sigset_t* signals) {
  if (fails("ppoll", {interrupted})) return -1;
  timespec rest{};
  if (timeout != nullptr) rest = *timeout;  // the kernel writes to it
  return static_cast<int>(call(SYS_ppoll, polled, count, timeout != nullptr ? &rest : nullptr, signals, sizeof(unsigned long)));
}

}  // extern "C"
