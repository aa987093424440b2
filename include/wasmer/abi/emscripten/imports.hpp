#pragma once
/// \file
/// The functions that programs find in `env` and beside it: a line for each. Names stand as C has them; fastcomp's have one underscore more.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <wasmer/abi/emscripten/calls/environment.hpp>
#include <wasmer/abi/emscripten/calls/exception.hpp>
#include <wasmer/abi/emscripten/calls/file.hpp>
#include <wasmer/abi/emscripten/calls/math.hpp>
#include <wasmer/abi/emscripten/calls/memory.hpp>
#include <wasmer/abi/emscripten/calls/path.hpp>
#include <wasmer/abi/emscripten/calls/process.hpp>
#include <wasmer/abi/emscripten/calls/script.hpp>
#include <wasmer/abi/emscripten/calls/socket.hpp>
#include <wasmer/abi/emscripten/calls/time.hpp>
#include <wasmer/abi/emscripten/invoke.hpp>
#include <wasmer/abi/emscripten/lower.hpp>
#include <wasmer/abi/emscripten/state.hpp>
#include <wasmer/abi/wasi/calls/clock.hpp>
#include <wasmer/abi/wasi/calls/environment.hpp>
#include <wasmer/abi/wasi/calls/file.hpp>
#include <wasmer/abi/wasi/calls/process.hpp>
#include <wasmer/abi/wasi/version.hpp>
#include <wasmer/vm/host.hpp>

namespace wasmer::emscripten {

/// One function in one form.
struct Row {
  std::string_view name;
  vm::Signature type{};
  vm::Entry (*adapter)() = nullptr;  ///< null: the form is the same as another
};
/// The forms that a call has.
using Rows = std::array<Row, 3>;

template <auto function> consteval Rows call(std::string_view name) {
  constexpr vm::Signature plain = vm::signature_of<Lowered<function>>();
  Rows rows{};
  rows[0] = {name, plain, &vm::adapter<Lowered<function>>};
  constexpr bool is_wide = std::ranges::find(plain.params, ValueType(ValueType::i64)) != plain.params.end() ||
                           std::ranges::find(plain.results, ValueType(ValueType::i64)) != plain.results.end();
  constexpr bool has_floats = std::ranges::find(plain.params, ValueType(ValueType::f32)) != plain.params.end();
  if constexpr (is_wide) rows[1] = {name, vm::signature_of<Lowered<function, Form::legal>>(), &vm::adapter<Lowered<function, Form::legal>>};
  if constexpr (has_floats) rows[2] = {name, vm::signature_of<Lowered<function, Form::doubles>>(), &vm::adapter<Lowered<function, Form::doubles>>};
  return rows;
}
template <auto function> consteval Rows old(std::string_view name) {
  Rows rows{};
  rows[0] = {name, vm::signature_of<OldSyscall<function>>(), &vm::adapter<OldSyscall<function>>};
  return rows;
}
/// A call with words that mean nothing behind its own, six in all, and without them.
template <auto function, class Signature = decltype(function)> struct Padded;
template <auto function, class... Parameters> struct Padded<function, Number (*)(State&, Guest, Parameters...)> {
  template <class... U> struct With {
    static Number call(State& state, Guest guest, Parameters... parameters, U...) { return function(state, guest, parameters...); }
  };
  template <std::size_t missing> static consteval auto with() {
    return []<std::size_t... I>(std::index_sequence<I...>) { return &With<std::enable_if_t<(I < missing), Unused>...>::call; }(std::make_index_sequence<missing>());
  }
  static constexpr auto six = with<6 - Lowered<function>::words>();
};
template <auto function> consteval Rows padded(std::string_view name) {
  Rows rows = call<function>(name);
  if constexpr (Lowered<function>::words < 6) rows[2] = call<Padded<function>::six>(name)[0];
  return rows;
}
template <auto function> consteval Rows shared(std::string_view name) { return call<&Shared<function>::call>(name); }

// clang-format off
/// Of `env`, `global.Math` and `asm2wasm`.
inline constexpr auto env_rows = std::to_array<Rows>({
    // i386's system calls, of fastcomp
    old<&exit_call>("__syscall1"), old<&read>("__syscall3"), old<&write>("__syscall4"), old<&open>("__syscall5"), old<&close>("__syscall6"), old<&creat>("__syscall8"),
    old<&link>("__syscall9"), old<&unlink>("__syscall10"), old<&chdir>("__syscall12"), old<&mknod>("__syscall14"), old<&chmod>("__syscall15"), old<&lseek>("__syscall19"),
    old<&getpid>("__syscall20"), old<&access>("__syscall33"), old<&not_permitted>("__syscall34"), old<&done_already>("__syscall36"), old<&rename>("__syscall38"),
    old<&mkdir>("__syscall39"), old<&rmdir>("__syscall40"), old<&dup>("__syscall41"), old<&pipe>("__syscall42"), old<&not_there>("__syscall51"),
    old<&ioctl_old>("__syscall54"), old<&setpgid>("__syscall57"), old<&umask>("__syscall60"), old<&dup2>("__syscall63"), old<&getppid>("__syscall64"),
    old<&getpid>("__syscall65"), old<&not_permitted>("__syscall66"), old<&not_permitted>("__syscall75"), old<&getrusage>("__syscall77"), old<&symlink>("__syscall83"),
    old<&readlink>("__syscall85"), old<&munmap>("__syscall91"), old<&fchmod>("__syscall94"), old<&not_permitted>("__syscall96"), old<&not_permitted>("__syscall97"),
    old<&socketcall>("__syscall102"), old<&not_permitted>("__syscall104"), old<&no_child>("__syscall114"), old<&fsync>("__syscall118"), old<&not_permitted>("__syscall121"),
    old<&uname>("__syscall122"), old<&mprotect>("__syscall125"), old<&getpgid>("__syscall132"), old<&fchdir>("__syscall133"), old<&llseek>("__syscall140"),
    old<&select>("__syscall142"), old<&msync>("__syscall144"), old<&readv>("__syscall145"), old<&writev>("__syscall146"), old<&getsid>("__syscall147"),
    old<&fdatasync>("__syscall148"), old<&done_already>("__syscall150"), old<&done_already>("__syscall151"), old<&done_already>("__syscall152"),
    old<&done_already>("__syscall153"), old<&mremap>("__syscall163"), old<&poll>("__syscall168"), old<&not_there>("__syscall178"), old<&pread>("__syscall180"),
    old<&pwrite>("__syscall181"), old<&getcwd>("__syscall183"), old<&getrlimit>("__syscall191"), old<&mmap2>("__syscall192"), old<&truncate_old>("__syscall193"),
    old<&ftruncate_old>("__syscall194"), old<&stat>("__syscall195"), old<&lstat>("__syscall196"), old<&fstat>("__syscall197"), old<&chown>("__syscall198"),
    old<&nobody>("__syscall199"), old<&nobody>("__syscall200"), old<&nobody>("__syscall201"), old<&nobody>("__syscall202"), old<&done_already>("__syscall203"),
    old<&done_already>("__syscall204"), old<&getgroups>("__syscall205"), old<&done_already>("__syscall206"), old<&fchown>("__syscall207"), old<&done_already>("__syscall208"),
    old<&three_ids>("__syscall209"), old<&done_already>("__syscall210"), old<&three_ids>("__syscall211"), old<&chown>("__syscall212"), old<&done_already>("__syscall213"),
    old<&done_already>("__syscall214"), old<&done_already>("__syscall218"), old<&madvise>("__syscall219"), old<&getdents>("__syscall220"), old<&fcntl_old>("__syscall221"),
    old<&exit_call>("__syscall252"), old<&done_already>("__syscall265"), old<&statfs>("__syscall268"), old<&fstatfs>("__syscall269"), old<&fadvise>("__syscall272"),
    old<&openat_old>("__syscall295"), old<&mkdirat>("__syscall296"), old<&fchownat>("__syscall298"), old<&fstatat>("__syscall300"), old<&unlinkat>("__syscall301"),
    old<&renameat>("__syscall302"), old<&linkat>("__syscall303"), old<&symlinkat>("__syscall304"), old<&readlinkat>("__syscall305"), old<&fchmodat>("__syscall306"),
    old<&faccessat>("__syscall307"), old<&utimensat>("__syscall320"), old<&fallocate>("__syscall324"), old<&dup3>("__syscall330"), old<&pipe2>("__syscall331"),
    old<&preadv>("__syscall333"), old<&pwritev>("__syscall334"), old<&prlimit>("__syscall340"), old<&getrandom>("__syscall355"),

    // today's system calls
    call<&open>("__syscall_open"), call<&openat>("__syscall_openat"), call<&stat>("__syscall_stat64"), call<&lstat>("__syscall_lstat64"), call<&fstat>("__syscall_fstat64"),
    call<&fstatat>("__syscall_newfstatat"), call<&fstatat>("__syscall_fstatat64"), call<&faccessat>("__syscall_faccessat"), call<&access>("__syscall_access"),
    call<&mkdir>("__syscall_mkdir"), call<&mkdirat>("__syscall_mkdirat"), call<&mknod>("__syscall_mknod"), call<&rmdir>("__syscall_rmdir"), call<&unlink>("__syscall_unlink"),
    call<&unlinkat>("__syscall_unlinkat"), call<&rename>("__syscall_rename"), call<&renameat>("__syscall_renameat"), call<&link>("__syscall_link"), call<&linkat>("__syscall_linkat"),
    call<&symlink>("__syscall_symlink"), call<&symlinkat>("__syscall_symlinkat"), call<&readlink>("__syscall_readlink"), call<&readlinkat>("__syscall_readlinkat"),
    call<&truncate>("__syscall_truncate64"), call<&ftruncate>("__syscall_ftruncate64"), call<&chmod>("__syscall_chmod"), call<&fchmod>("__syscall_fchmod"),
    call<&chmod>("__syscall_lchmod"), padded<&fchmodat>("__syscall_fchmodat"), call<&fchmodat_today>("__syscall_fchmodat"), call<&fchmodat_today>("__syscall_fchmodat2"), call<&chown>("__syscall_chown32"), call<&chown>("__syscall_lchown32"),
    call<&fchown>("__syscall_fchown32"), call<&fchownat>("__syscall_fchownat"), call<&utimensat>("__syscall_utimensat"), call<&chdir>("__syscall_chdir"),
    call<&fchdir>("__syscall_fchdir"), call<&getcwd>("__syscall_getcwd"), call<&statfs>("__syscall_statfs64"), call<&fstatfs>("__syscall_fstatfs64"),
    call<&fcntl>("__syscall_fcntl64"), call<&ioctl>("__syscall_ioctl"), call<&dup>("__syscall_dup"), call<&dup2>("__syscall_dup2"), call<&dup3>("__syscall_dup3"),
    call<&pipe>("__syscall_pipe"), call<&pipe2>("__syscall_pipe2"), call<&getdents>("__syscall_getdents64"), call<&fdatasync>("__syscall_fdatasync"),
    call<&fallocate>("__syscall_fallocate"), call<&fadvise_today>("__syscall_fadvise64"), call<&fadvise_today>("__syscall_fadvise64_64"), call<&poll>("__syscall_poll"),
    call<&select>("__syscall__newselect"), call<&uname_today>("__syscall_uname"), call<&getrusage>("__syscall_getrusage"), call<&umask>("__syscall_umask"),
    call<&prlimit>("__syscall_prlimit64"), call<&madvise>("__syscall_madvise"), call<&mprotect>("__syscall_mprotect"), call<&mremap>("__syscall_mremap"),
    call<&getpid>("__syscall_getpid"), call<&getppid>("__syscall_getppid"), call<&getpgid>("__syscall_getpgid"), call<&getsid>("__syscall_getsid"), call<&setpgid>("__syscall_setpgid"),
    call<&nobody>("__syscall_getuid32"), call<&nobody>("__syscall_geteuid32"), call<&nobody>("__syscall_getgid32"), call<&nobody>("__syscall_getegid32"),
    call<&getgroups>("__syscall_getgroups32"), call<&three_ids>("__syscall_getresuid32"), call<&three_ids>("__syscall_getresgid32"), call<&not_permitted>("__syscall_setsid"),
    padded<&socket>("__syscall_socket"), padded<&socketpair>("__syscall_socketpair"), padded<&bind>("__syscall_bind"), padded<&listen>("__syscall_listen"),
    padded<&connect>("__syscall_connect"), padded<&accept4>("__syscall_accept4"), padded<&socket_name<&::getsockname>>("__syscall_getsockname"),
    padded<&socket_name<&::getpeername>>("__syscall_getpeername"), padded<&shutdown>("__syscall_shutdown"), padded<&sendto>("__syscall_sendto"),
    padded<&recvfrom>("__syscall_recvfrom"), padded<&sendmsg>("__syscall_sendmsg"), padded<&recvmsg>("__syscall_recvmsg"), padded<&getsockopt>("__syscall_getsockopt"),
    padded<&setsockopt>("__syscall_setsockopt"), call<&mmap_today>("_mmap_js"), call<&mmap_3>("_mmap_js@3"), call<&munmap_today>("_munmap_js"), call<&munmap_3>("_munmap_js"),
    call<&msync_today>("_msync_js"),

    // the program's end, and who it is
    call<&exit>("exit"), call<&exit_at_once>("__exit"), call<&exit>("emscripten_force_exit"), call<&at_exit_of_one>("atexit"), call<&cxa_at_exit>("__cxa_atexit"),
    call<&cxa_at_exit>("__cxa_thread_atexit"), call<&assert_fail>("__assert_fail"), call<&fork>("fork"), call<&fork>("vfork"), call<&exec>("execvp"), call<&exec>("execv"), call<&exec>("execl"),
    call<&exec_with>("execve"), call<&wait_any>("wait"), call<&waitpid>("waitpid"), call<&system>("system"), call<&system_today>("_emscripten_system"), call<&kill>("kill"), call<&raise>("raise"),
    call<&sigaction>("sigaction"), call<&signal>("signal"), call<&sigprocmask>("sigprocmask"), call<&sigprocmask>("pthread_sigmask"), call<&sigemptyset>("sigemptyset"),
    call<&sigfillset>("sigfillset"), call<&sigaddset>("sigaddset"), call<&sigdelset>("sigdelset"), call<&sigismember>("sigismember"), call<&sigsuspend>("sigsuspend"),
    call<&pause>("pause"), call<&call_handler>("__call_sighandler"), call<&alarm>("alarm"), call<&setitimer>("setitimer"),
    call<&nobody_as_c>("getuid"), call<&no_entry>("getgrent"), call<&set_groups>("setgroups"), call<&nothing>("setgrent"), call<&nothing>("endgrent"), call<&nothing>("setpwent"), call<&nothing>("endpwent"),
    call<&sched_yield>("sched_yield"),

    // threads
    call<&thread_create>("pthread_create"), call<&pthread_once>("pthread_once"), call<&pthread_key_create>("pthread_key_create"), call<&pthread_key_delete>("pthread_key_delete"),
    call<&pthread_getspecific>("pthread_getspecific"), call<&pthread_setspecific>("pthread_setspecific"), call<&thread_self>("pthread_self"), call<&sem_init>("sem_init"),
    call<&sem_post>("sem_post"), call<&sem_wait>("sem_wait"), call<&sem_trywait>("sem_trywait"), call<&zero_of_one>("sem_destroy"),

    // time
    call<&time>("time"), call<&difftime>("difftime"), call<&clock>("clock"), call<&clock_gettime>("clock_gettime"), call<&clock_gettime>("__clock_gettime"),
    call<&clock_getres>("clock_getres"), call<&clock_settime>("clock_settime"), call<&gettimeofday>("gettimeofday"), call<&ftime>("ftime"), call<&gmtime>("gmtime"),
    call<&gmtime_r>("gmtime_r"), call<&gmtime_r>("__gmtime_r"), call<&localtime>("localtime"), call<&localtime_r>("localtime_r"), call<&localtime_r>("__localtime_r"), call<&mktime>("mktime"), call<&timegm>("timegm"),
    call<&asctime>("asctime"), call<&asctime_r>("asctime_r"), call<&ctime>("ctime"), call<&ctime_r>("ctime_r"), call<&strftime>("strftime"), call<&strftime_l>("strftime_l"),
    call<&strptime>("strptime"), call<&tzset>("tzset"), call<&usleep>("usleep"), call<&sleep>("sleep"), call<&nanosleep>("nanosleep"), call<&emscripten_sleep>("emscripten_sleep"),
    call<&date_now>("emscripten_date_now"), call<&get_now>("emscripten_get_now"), call<&get_now_resolution>("emscripten_get_now_res"),
    call<&is_monotonic>("emscripten_get_now_is_monotonic"), call<&is_monotonic>("_emscripten_get_now_is_monotonic"), call<&localtime_today>("_localtime_js"), call<&localtime_3>("_localtime_js"),
    call<&gmtime_today>("_gmtime_js"), call<&gmtime_3>("_gmtime_js"), call<&mktime_today>("_mktime_js"), call<&timegm_today>("_timegm_js"),
    call<&tzset_today>("_tzset_js"), call<&tzset_3>("_tzset_js"), call<&utimes>("utimes"), call<&utime>("utime"),

    // environment
    call<&build_environment>("__buildEnvironment"), call<&getenv>("getenv"), call<&setenv>("setenv"), call<&unsetenv>("unsetenv"), call<&putenv>("putenv"), call<&clearenv>("clearenv"),
    call<&getpwnam>("getpwnam"), call<&getpwuid>("getpwuid"), call<&getgrnam>("getgrnam"), call<&getgrgid>("getgrgid"), call<&no_entry>("getpwent"), call<&sysconf>("sysconf"),
    call<&getpagesize>("getpagesize"), call<&pathconf>("pathconf"), call<&fpathconf>("fpathconf"), call<&getloadavg>("getloadavg"), call<&random_bytes>("getentropy"),
    call<&random_fraction>("emscripten_random"), call<&random_float>("emscripten_random"), call<&set_errno>("__setErrNo"), call<&getaddrinfo>("getaddrinfo"),
    call<&freeaddrinfo>("freeaddrinfo"), call<&gai_strerror>("gai_strerror"), call<&getnameinfo>("getnameinfo"),

    // memory
    call<&copy_big>("emscripten_memcpy_big"), call<&copy_today>("emscripten_memcpy_big"), call<&copy_today>("emscripten_memcpy_js"), call<&copy_today>("_emscripten_memcpy_js"),
    call<&heap_size>("emscripten_get_heap_size"), call<&heap_size>("getTotalMemory"), call<&heap_max>("emscripten_get_heap_max"), call<&resize_heap>("emscripten_resize_heap"),
    call<&sbrk>("sbrk"), call<&map_file>("__map_file"), call<&stack_save>("llvm_stacksave"), call<&stack_restore>("llvm_stackrestore"),

    // longjmp and exceptions
    call<&set_temp_ret0>("setTempRet0"), call<&get_temp_ret0>("getTempRet0"), call<&longjmp>("longjmp"), call<&longjmp>("siglongjmp"), call<&longjmp>("emscripten_longjmp"),
    call<&longjmp>("emscripten_longjmp_jmpbuf"), call<&throw_longjmp>("_emscripten_throw_longjmp"), call<&allocate_exception>("__cxa_allocate_exception"),
    call<&free_exception>("__cxa_free_exception"), call<&cxa_throw>("__cxa_throw"), call<&begin_catch>("__cxa_begin_catch"), call<&end_catch>("__cxa_end_catch"),
    call<&rethrow>("__cxa_rethrow"), call<&resume_exception>("__resumeException"), call<&uncaught_exception>("__cxa_uncaught_exception"),
    call<&uncaught_exceptions>("__cxa_uncaught_exceptions"), call<&uncaught_exception>("_ZSt18uncaught_exceptionv"), call<&typeid_for>("llvm_eh_typeid_for"),
    call<&get_exception_ptr>("__cxa_get_exception_ptr"), call<&current_primary_exception>("__cxa_current_primary_exception"),
    call<&rethrow_primary_exception>("__cxa_rethrow_primary_exception"), call<&increment_refcount>("__cxa_increment_exception_refcount"),
    call<&decrement_refcount>("__cxa_decrement_exception_refcount"),

    // mathematics
    call<&of_two<double, std::pow>>("pow"), call<&of_one<double, std::exp>>("exp"), call<&of_one<double, std::log>>("log"), call<&of_two<double, std::fmod>>("f64-rem"),
    call<&f64_to_int>("f64-to-int"), call<&i32_division>("i32s-div"), call<&i32_remainder>("i32s-rem"),
    call<&of_one<double, std::log10>>("llvm_log10_f64"), call<&of_one<float, std::log10>>("llvm_log10_f32"), call<&of_one<double, std::log2>>("llvm_log2_f64"),
    call<&of_one<float, std::log2>>("llvm_log2_f32"), call<&of_one<double, std::exp2>>("llvm_exp2_f64"), call<&of_one<float, std::exp2>>("llvm_exp2_f32"),
    call<&of_one<double, std::sin>>("llvm_sin_f64"), call<&of_one<float, std::sin>>("llvm_sin_f32"), call<&of_one<double, std::cos>>("llvm_cos_f64"),
    call<&of_one<float, std::cos>>("llvm_cos_f32"), call<&of_one<double, std::trunc>>("llvm_trunc_f64"), call<&of_one<float, std::trunc>>("llvm_trunc_f32"),
    call<&of_one<double, std::exp>>("llvm_exp_f64"), call<&of_one<double, std::floor>>("llvm_floor_f64"), call<&of_one<float, std::floor>>("llvm_floor_f32"),
    call<&of_one<double, std::ceil>>("llvm_ceil_f64"), call<&of_one<float, std::ceil>>("llvm_ceil_f32"), call<&of_two<double, std::pow>>("llvm_pow_f64"),
    call<&of_one<double, std::sqrt>>("llvm_sqrt_f64"), call<&of_one<float, std::sqrt>>("llvm_sqrt_f32"), call<&of_one<float, std::sqrt>>("sqrtf"), call<&of_one<float, std::fabs>>("fabsf"),
    call<&of_one<double, std::sqrt>>("sqrt"), call<&of_one<double, std::fabs>>("fabs"), call<&of_one<float, std::fabs>>("llvm_fabs_f32"), call<&of_one<double, std::fabs>>("llvm_fabs_f64"),
    call<&of_one<double, std::sin>>("sin"), call<&of_one<double, std::cos>>("cos"), call<&of_one<double, std::tan>>("tan"), call<&of_one<double, std::atan>>("atan"),
    call<&of_two<double, std::atan2>>("atan2"), call<&of_one<double, std::floor>>("floor"), call<&of_one<double, std::ceil>>("ceil"), call<&exp10_of>("exp10"),
    call<&swap_bytes>("llvm_bswap_i64"), call<&atomic_load_8>("__atomic_load_8"), call<&atomic_store_8>("__atomic_store_8"),
    call<&atomic_of_8<Atomic::exchange>>("__atomic_exchange_8"), call<&atomic_of_8<Atomic::add>>("__atomic_fetch_add_8"), call<&atomic_of_8<Atomic::subtract>>("__atomic_fetch_sub_8"),
    call<&atomic_of_8<Atomic::and_>>("__atomic_fetch_and_8"), call<&atomic_of_8<Atomic::or_>>("__atomic_fetch_or_8"), call<&atomic_of_8<Atomic::xor_>>("__atomic_fetch_xor_8"),
    call<&atomic_compare_exchange_8>("__atomic_compare_exchange_8"), call<&atomic_is_lock_free>("__atomic_is_lock_free"),

    // JavaScript
    call<&run_script>("emscripten_run_script"), call<&run_script_int>("emscripten_run_script_int"), call<&asm_const_int>("emscripten_asm_const_int"),
    call<&asm_const_double>("emscripten_asm_const_double"), call<&asm_const_int>("emscripten_asm_const_int_sync_on_main_thread"),
    call<&asm_const_double>("emscripten_asm_const_double_sync_on_main_thread"), call<&print_double>("emscripten_print_double"), call<&has_no_threads>("emscripten_has_threading_support"),
    call<&is_main_thread>("emscripten_is_main_runtime_thread"), call<&is_main_thread>("emscripten_is_main_browser_thread"),
});

/// Of `wasi_snapshot_preview1`, which today's programs import beside it.
inline constexpr auto wasi_rows = std::to_array<Rows>({
    call<&fd_read>("fd_read"), call<&fd_write>("fd_write"),
    shared<&wasi::args_get<wasi::MemoryFilesystem>>("args_get"), shared<&wasi::args_sizes_get<wasi::MemoryFilesystem>>("args_sizes_get"),
    shared<&wasi::clock_res_get<wasi::MemoryFilesystem>>("clock_res_get"), shared<&wasi::clock_time_get<wasi::MemoryFilesystem>>("clock_time_get"),
    shared<&wasi::environ_get<wasi::MemoryFilesystem>>("environ_get"), shared<&wasi::environ_sizes_get<wasi::MemoryFilesystem>>("environ_sizes_get"),
    shared<&wasi::fd_close<wasi::MemoryFilesystem>>("fd_close"), shared<&wasi::fd_fdstat_get<wasi::MemoryFilesystem>>("fd_fdstat_get"),
    shared<&wasi::fd_pread<wasi::MemoryFilesystem>>("fd_pread"), shared<&wasi::fd_pwrite<wasi::MemoryFilesystem>>("fd_pwrite"),
    shared<&wasi::fd_seek<Snapshot1, wasi::MemoryFilesystem>>("fd_seek"), shared<&wasi::fd_sync<wasi::MemoryFilesystem>>("fd_sync"),
    shared<&wasi::fd_datasync<wasi::MemoryFilesystem>>("fd_datasync"), shared<&wasi::fd_tell<wasi::MemoryFilesystem>>("fd_tell"),
    shared<&wasi::random_get<wasi::MemoryFilesystem>>("random_get"), shared<&wasi::sched_yield<wasi::MemoryFilesystem>>("sched_yield"),
    shared<&wasi::proc_exit<wasi::MemoryFilesystem>>("proc_exit"),
});
// clang-format on

}  // namespace wasmer::emscripten
