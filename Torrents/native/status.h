// Status codes instead of exceptions at the C ABI.
#pragma once
#include "eventtorrent.h"

#include <stdexcept>
#include <string>

namespace et {

// A failure with its status code, thrown inside the library only.
struct failure : std::runtime_error {
    failure(int c, std::string const& message) : std::runtime_error(message), code(c) {}
    int code;
};

int set_last_error(int code, char const* message) noexcept;
char const* last_error() noexcept;

// Copies at most capacity - 1 bytes and never cuts a UTF-8 sequence in two.
void copy_text(char* to, int capacity, std::string const& from) noexcept;

// Runs the body of an exported function: whatever it throws becomes a status code and the last error of this thread.
template <class Body>
int guarded(Body body) noexcept {
    try {
        return body();
    } catch (failure const& e) {
        return set_last_error(e.code, e.what());
    } catch (std::bad_alloc const&) {
        return set_last_error(ET_E_MEMORY, "out of memory");
    } catch (std::exception const& e) {
        return set_last_error(ET_E_ENGINE, e.what());
    } catch (...) {
        return set_last_error(ET_E_ENGINE, "unknown native failure");
    }
}

}
