#pragma once

#include <signal.h>
#include <sqlite3.h>
#include <unistd.h>

#include <string>

/// A disk below SQLite that stops, or fails, at one chosen point. For a process of its own: it
/// stays in place until that ends.
namespace rekey::store::test {

class FaultyDisk {
public:
    enum class Fault { kill, error, full };

    /// Every operation that changes a file (make, write, cut, sync, remove) is a point, counted from 1.
    static void install(Fault fault, int at) {
        state().fault = fault;
        state().at = at;
        sqlite3_vfs* real = sqlite3_vfs_find(nullptr);
        state().real = real;
        static sqlite3_vfs vfs;
        vfs = *real;
        vfs.zName = "faulty";
        vfs.szOsFile = static_cast<int>(sizeof(File)) + real->szOsFile;
        vfs.xOpen = open;
        vfs.xDelete = remove;
        sqlite3_vfs_register(&vfs, 1);
    }
    static bool struck() { return state().points >= state().at; }

private:
    struct State {
        Fault fault = Fault::kill;
        int at = 0;
        int points = 0;
        sqlite3_vfs* real = nullptr;
    };
    static State& state() {
        static State the_state;
        return the_state;
    }

    /// What SQLite sees; the real file follows it in memory.
    struct File {
        sqlite3_file base;
        sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
    };
    static sqlite3_file* real(sqlite3_file* file) { return reinterpret_cast<File*>(file)->real(); }

    /// SQLITE_OK, or what the operation has to return.
    static int pass(int error) {
        if (++state().points != state().at) return SQLITE_OK;
        if (state().fault == Fault::kill) ::kill(::getpid(), SIGKILL);
        return state().fault == Fault::full ? SQLITE_FULL : error;
    }

    static int open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out) {
        file->pMethods = nullptr;
        if ((flags & SQLITE_OPEN_CREATE) != 0)
            if (int failed = pass(SQLITE_CANTOPEN)) return failed;
        int result = state().real->xOpen(state().real, name, real(file), flags, out);
        if (result == SQLITE_OK) file->pMethods = methods();
        return result;
    }
    static int remove(sqlite3_vfs*, const char* name, int sync) {
        if (int failed = pass(SQLITE_IOERR_DELETE)) return failed;
        return state().real->xDelete(state().real, name, sync);
    }
    static int write(sqlite3_file* file, const void* data, int size, sqlite3_int64 at) {
        if (int failed = pass(SQLITE_IOERR_WRITE)) {
            // As disks do: a part of it is there.
            real(file)->pMethods->xWrite(real(file), data, size / 2, at);
            return failed;
        }
        return real(file)->pMethods->xWrite(real(file), data, size, at);
    }
    static int truncate(sqlite3_file* file, sqlite3_int64 size) {
        if (int failed = pass(SQLITE_IOERR_TRUNCATE)) return failed;
        return real(file)->pMethods->xTruncate(real(file), size);
    }
    static int sync(sqlite3_file* file, int flags) {
        if (int failed = pass(SQLITE_IOERR_FSYNC)) return failed;
        return real(file)->pMethods->xSync(real(file), flags);
    }

    /// Hands the call on.
    template <auto Method, class... Args>
    static auto forward(sqlite3_file* file, Args... args) {
        return (real(file)->pMethods->*Method)(real(file), args...);
    }
    static const sqlite3_io_methods* methods() {
        using M = sqlite3_io_methods;
        static const M all = [] {
            M m{};
            m.iVersion = 2;
            m.xClose = forward<&M::xClose>;
            m.xRead = forward<&M::xRead, void*, int, sqlite3_int64>;
            m.xWrite = write;
            m.xTruncate = truncate;
            m.xSync = sync;
            m.xFileSize = forward<&M::xFileSize, sqlite3_int64*>;
            m.xLock = forward<&M::xLock, int>;
            m.xUnlock = forward<&M::xUnlock, int>;
            m.xCheckReservedLock = forward<&M::xCheckReservedLock, int*>;
            m.xFileControl = forward<&M::xFileControl, int, void*>;
            m.xSectorSize = forward<&M::xSectorSize>;
            m.xDeviceCharacteristics = forward<&M::xDeviceCharacteristics>;
            m.xShmMap = forward<&M::xShmMap, int, int, int, void volatile**>;
            m.xShmLock = forward<&M::xShmLock, int, int, int>;
            m.xShmBarrier = forward<&M::xShmBarrier>;
            m.xShmUnmap = forward<&M::xShmUnmap, int>;
            return m;
        }();
        return &all;
    }
};

}  // namespace rekey::store::test
