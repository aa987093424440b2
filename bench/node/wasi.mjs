// As much of WASI preview 1 as the benchmark programs use, the same for all JavaScript engines: arguments, an empty environment, clocks, random bytes, the
// standard streams, and the files below the current folder, preopened as '.'. What a program imports beyond that answers ENOSYS.
import { randomFillSync } from 'node:crypto';
import { closeSync, fstatSync, fsyncSync, openSync, readSync, statSync, writeSync } from 'node:fs';

const error = { success: 0, badf: 8, inval: 28, io: 29, noent: 44, nosys: 52 };
const filetype = (stats) => (stats.isDirectory() ? 3 : stats.isFile() ? 4 : 2);
const preopened = 3;

// What proc_exit throws.
export class Exit extends Error {
  constructor(code) {
    super(`exit ${code}`);
    this.code = code;
  }
}

// The imports for `module`, whose memory is `memory()`.
export function wasi(module, args, memory) {
  // The guest's descriptors: the host's, and where the next read or write happens (null: wherever the host's descriptor stands).
  const descriptors = new Map([0, 1, 2].map((host) => [host, { host, at: null }]));
  descriptors.set(preopened, { directory: '.' });

  const view = () => new DataView(memory().buffer);
  const bytes = (at, size) => new Uint8Array(memory().buffer, at, size);
  const text = (at, size) => new TextDecoder().decode(bytes(at, size));
  const u32 = (at, value) => view().setUint32(at, value, true);
  const u64 = (at, value) => view().setBigUint64(at, BigInt(value), true);
  const strings = args.map((arg) => new TextEncoder().encode(`${arg}\0`));

  const transfer = (move) => (fd, vectors, count, result) => {
    const file = descriptors.get(fd);
    if (file?.host === undefined) return error.badf;
    let total = 0;
    for (let i = 0; i < count; ++i) {
      const size = view().getUint32(vectors + 8 * i + 4, true);
      const moved = size && move(file.host, bytes(view().getUint32(vectors + 8 * i, true), size), 0, size, file.at);
      if (file.at !== null) file.at += moved;
      total += moved;
      if (moved < size) break;
    }
    u32(result, total);
  };

  const filestat = (stats, at) => {
    bytes(at, 64).fill(0);
    view().setUint8(at + 16, filetype(stats));
    u64(at + 24, stats.nlink);
    u64(at + 32, stats.size);
  };

  const calls = {
    args_sizes_get(count, size) {
      u32(count, strings.length);
      u32(size, strings.reduce((sum, string) => sum + string.length, 0));
    },
    args_get(pointers, at) {
      for (const string of strings) {
        u32(pointers, at);
        bytes(at, string.length).set(string);
        pointers += 4;
        at += string.length;
      }
    },
    environ_sizes_get(count, size) {
      u32(count, 0);
      u32(size, 0);
    },
    environ_get() {},
    clock_time_get(clock, _precision, result) {
      u64(result, clock === 0 ? BigInt(Date.now()) * 1_000_000n : Math.round(performance.now() * 1e6));
    },
    random_get(at, size) { randomFillSync(bytes(at, size)); },
    proc_exit(code) { throw new Exit(code); },
    sched_yield() {},

    fd_read: transfer(readSync),
    fd_write: transfer(writeSync),
    fd_close(fd) {
      const file = descriptors.get(fd);
      if (!file) return error.badf;
      descriptors.delete(fd);
      if (fd > preopened) closeSync(file.host);
    },
    fd_sync(fd) { fsyncSync(descriptors.get(fd).host); },
    fd_seek(fd, offset, whence, result) {
      const file = descriptors.get(fd);
      if (!file) return error.badf;
      if (file.at == null) return error.inval;
      file.at = Number(offset) + [0, file.at, fstatSync(file.host).size][whence];
      u64(result, file.at);
    },
    fd_fdstat_get(fd, at) {
      const file = descriptors.get(fd);
      if (!file) return error.badf;
      bytes(at, 24).fill(0);
      view().setUint8(at, file.directory ? 3 : filetype(fstatSync(file.host)));
      u64(at + 8, 0x1fffffff);
      u64(at + 16, 0x1fffffff);
    },
    fd_filestat_get(fd, at) {
      const file = descriptors.get(fd);
      if (!file) return error.badf;
      filestat(file.directory ? statSync(file.directory) : fstatSync(file.host), at);
    },
    fd_prestat_get(fd, at) {
      if (fd !== preopened) return error.badf;
      u32(at, 0);
      u32(at + 4, 1);
    },
    fd_prestat_dir_name(fd, at) {
      if (fd !== preopened) return error.badf;
      bytes(at, 1)[0] = '.'.charCodeAt(0);
    },
    path_filestat_get(_fd, _flags, path, size, at) { filestat(statSync(text(path, size)), at); },
    path_open(_fd, _lookup, path, size, _open, _rights, _inheriting, _flags, result) {
      // Programs only read files that are there.
      const host = openSync(text(path, size), 'r');
      const fd = Math.max(...descriptors.keys()) + 1;
      descriptors.set(fd, { host, at: 0 });
      u32(result, fd);
    },
  };

  // A call that gives nothing has succeeded; one that the host refuses gives the error's number.
  const guarded = (call) => (...values) => {
    try {
      return call(...values) ?? error.success;
    } catch (thrown) {
      if (!thrown.syscall) throw thrown;
      return thrown.code === 'ENOENT' ? error.noent : error.io;
    }
  };
  const names = WebAssembly.Module.imports(module).filter((entry) => entry.module === 'wasi_snapshot_preview1').map((entry) => entry.name);
  return Object.fromEntries(names.map((name) => [name, calls[name] ? guarded(calls[name]) : () => error.nosys]));
}
