#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rekey/base/names.hpp"
#include "rekey/base/time.hpp"
#include "rekey/store/store.hpp"

namespace rekey::store {

enum class CertificateState;

/// What `UNIT`, `UNIT/TYPE` or `UNIT/NODE/TYPE` names. In each part, `*` stands for any number of characters and `?`
/// for one. Without a node, only slots without one are meant.
struct REKEY_EXPORT NamePattern {
    std::string unit;
    std::string node;
    std::string type;  ///< empty: the unit with all its slots

    /// Nothing unless its parts could be names.
    static std::optional<NamePattern> parse(std::string_view text);
    bool is_unit() const { return type.empty(); }
    /// It names one unit or slot, and is no pattern.
    bool is_exact() const;
    std::string to_string() const;
};

/// A condition on the labels of a unit: `site=north`, `site=north,south` (either), `site!=north` (also units without
/// that label). `\,` is a comma within a value.
struct REKEY_EXPORT LabelCondition {
    std::string key;
    std::vector<std::string> values;
    bool excludes = false;

    /// Nothing when it has another form.
    static std::optional<LabelCondition> parse(std::string_view text);
    std::string to_string() const;
};

/// Which units, and which of their slots. All that is given has to hold; an empty one selects everything. It becomes
/// SQL, so that its memory does not grow with the fleet.
struct REKEY_EXPORT Selection {
    Selection() = default;
    Selection(std::vector<std::string> named) : names(std::move(named)) {}
    Selection(std::initializer_list<std::string> named) : names(named) {}

    std::vector<std::string> names;      ///< each as `NamePattern` has it; one of them has to fit
    std::vector<LabelCondition> labels;  ///< all of them have to hold
    std::vector<std::string> types;      ///< one of them
    /// Of the certificate in use; where certificates are listed, of each.
    std::string issuer;  ///< name of the issuer of this home that signed it
    std::optional<CertificateState> state;
    std::optional<Time> expires_before;  ///< it, or a certificate of its chain
    std::string expiring;                ///< `expires_before` as it was written: 30d
    std::int64_t limit = 0;              ///< at most so many, the first in order; 0: all

    /// Whether it selects everything there is.
    bool is_empty() const;
    /// Whether anything but `limit` asks for slots rather than whole units.
    bool has_slot_conditions() const;
    /// As it would be typed: `north-* --label site=north --type iam`. Equal for equal selections.
    std::string to_string() const;
};

/// What else than the slots of units in use is looked at.
struct Among {
    bool removed_units = false;
    bool found = false;  ///< places that units show and nobody declared
};

/// Whether any unit is selected. Throws Code::usage for a name that cannot be one.
REKEY_EXPORT bool selects_unit(Reader& store, const Selection& selection, Among among = {});
/// Whether any slot is selected that holds a certificate, or waits for one that is being made.
REKEY_EXPORT bool selects_filled_slot(Reader& store, const Selection& selection);
/// Values that units have for a label, each once and in order; with an empty key, the keys.
REKEY_EXPORT void each_label(Reader& store, const std::string& key,
                             const std::function<void(const std::string&)>& visit);

}  // namespace rekey::store
