#pragma once

#include "rekey/tenants/credentials.hpp"
#include "tenants/credentials/input.hpp"

namespace rekey::tenants {

/// One that a rotation names. Throws Code::corrupt when it is not there.
store::Credential named_credential(store::Reader& store, store::Id id);

/// What a rotation is asked to reach.
struct Goal {
    store::Id tenant_id = 0;
    Checked given;
    Endpoints endpoints;
    std::optional<Endpoints> replaced_endpoints;  ///< of the active credential, where `endpoints` follow from them
    Seconds keep_prior{0};
    bool offline = false;
    bool accept_different_organization = false;
    std::string source;
    std::string reason;
    std::string comment;
    store::Id merged_tenant_id = 0;  ///< whose active credential it is, until the cut-over
};

/// Whether a rotation to that would leave the key of `active` in use. Not where `active` is the goal itself.
bool keeps_key(const store::Credential& active, const Goal& goal);

/// Finds the tenant and checks the inputs. Throws Code::not_found, Code::usage, Code::refused.
Goal make_goal(Context& context, RotationRequest& request);
/// The same for the credential itself, whatever its name.
Goal make_goal(Context& context, const store::Credential& named, RotationRequest& request);

/// Throws Code::refused where the open rotation, to `fresh`, has to end before one to `goal` can begin.
void require_way(const store::Rotation& open, const store::Credential& active, const store::Credential& fresh,
                 const Goal& goal);

/// Takes a tenant from its active credential to the given one. What was done is in the store and
/// nowhere else: another object with the same goal goes on where this one stopped, at any step.
class RotationSteps {
public:
    RotationSteps(Context& context, Goal goal) : context_(context), goal_(std::move(goal)) {}

    /// The next step; durable on return. False: there was none left to do.
    bool step();
    RotationResult progress() const;

private:
    bool step_without_rotation(const store::Credential& active);
    bool step_after_cut_over(const store::Credential& active, const std::optional<store::Rotation>& rotation);
    bool finish(const store::Credential& active);
    void stage(const store::Credential& active, const std::optional<store::Rotation>& instead_of);
    void verify(const store::Rotation& rotation, const store::Credential& fresh);
    [[noreturn]] void fail(const store::Rotation& rotation, const store::Credential& fresh,
                           const Verification& verification, const Failure& failure);
    void require_free_client(const std::string& client_id) const;
    void require_endpoints(const store::Credential& active) const;
    void cut_over(const store::Rotation& rotation, const store::Credential& fresh);
    bool confirm(const store::Rotation& rotation);

    Context& context_;
    Goal goal_;
    bool verified_here_ = false;
    store::Id cut_over_here_ = 0;  ///< the rotation
    bool accepted_different_ = false;
    bool worked_ = false;
    bool nothing_to_do_ = false;
    std::optional<Failure> waiting_;
    bool destroyed_ = false;
    bool in_log_ = false;
};

/// Gives up what is staged.
void give_up(store::Transaction& transaction, store::Rotation rotation, const Stamp& stamp);

/// Destroys the keys of the tenant's failed rotations; whether there were any.
bool give_up_failed(store::Transaction& transaction, store::Id tenant_id, const Stamp& stamp);

/// The rotation with this id as it is now, in a transaction. Throws Code::busy unless its state is still that.
store::Rotation still(store::Reader& store, const store::Rotation& rotation);

}  // namespace rekey::tenants
