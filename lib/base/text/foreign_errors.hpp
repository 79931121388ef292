#pragma once

#include <exception>
#include <new>

#include "rekey/base/base.hpp"

namespace rekey {

/// What another library threw (JSON, formatting, files), as ours: Code::failed, with its words.
Error in_our_words(const std::exception& theirs);

/// Does `work` for one of many: what another library throws in it comes out as an Error, so that it ends this one and
/// not the rest. A lack of memory stays std::bad_alloc, as it concerns all of them.
template <class Work>
auto for_one(const Work& work) -> decltype(work()) {
    try {
        return work();
    } catch (const Error&) {
        throw;
    } catch (const std::bad_alloc&) {
        throw;
    } catch (const std::exception& theirs) {
        throw in_our_words(theirs);
    }
}

}  // namespace rekey
