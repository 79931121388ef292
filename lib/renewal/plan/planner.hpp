#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "rekey/renewal/renewal.hpp"
#include "renewal/plan/desired_state.hpp"

namespace rekey::renewal {

/// What the planner decided about one slot, with what is needed to record it.
struct Decision {
    PlanEntry planned;
    store::SlotStatus status;
    store::Issuer issuer;  ///< what will sign; empty for `held`, and `wait` of an item
    bool moves_slot = false;
    bool chain_only = false;  ///< key and certificate stay, and get the chain of `issuer`
    /// What becomes of `status.holding`.
    enum class Holding {
        go_on,   ///< as far as it is, with what it has
        anew,    ///< from the plan, by today's rules; what was made for it is taken back first
        replan,  ///< the same, but nothing was made yet: its token and request stay
        end,     ///< it is not wanted any more
    };
    Holding holding = Holding::go_on;
};

/// Decides slot by slot what a request means now. Reads only.
class Planner {
public:
    /// Checks the request against the store: throws Code::usage, Code::not_found. `undeclared`: slots of the request
    /// that are planned as if they were declared already, in order.
    Planner(Home& home, const policy::Policy& policy, const Request& request, Time now,
            std::vector<store::SlotStatus> undeclared = {});

    /// Lets a request for what is due pass over the slots of which the store knows that nothing is due in them yet.
    /// Only with the policy that is in force in the store.
    void pass_over_not_due();

    /// Visits every slot that the request selects and something is to be said about. `continuing`:
    /// the dead run that this request goes on with; then only what it left is visited.
    void each(std::optional<store::Id> continuing, const std::function<void(const Decision&)>& visit);

private:
    void each_slot(const std::function<void(const store::SlotStatus&)>& visit);
    std::optional<Decision> decide(const store::SlotStatus& status, std::optional<store::Id> continuing);
    std::optional<Decision> decide_holding(Decision decision, std::optional<store::Id> continuing);
    std::optional<Decision> decide_new(Decision decision);
    std::optional<Decision> decide_held_chain(Decision decision);
    std::optional<Decision> decide_chain(Decision decision);
    Decision decide_due_chain(Decision decision);
    void set_chain(Decision& decision);
    Decision plan_again(Decision decision);
    bool was_asked_for(const store::Item& item);
    bool is_moved(const Decision& decision) const;
    std::string trouble_with_issued(const Decision& decision);
    void set_target(Decision& decision);
    bool lives(store::Id run);

    Home& home_;
    const Request& request_;
    Time now_;
    store::Selection scope_;  ///< of the request, in full
    DesiredState targets_;
    std::vector<store::SlotStatus> undeclared_;
    bool passes_over_ = false;
    std::map<store::Id, bool> lives_;
};

/// What `store::due_times_hold` asks for: programs of one release judge alike.
std::string judgement();

}  // namespace rekey::renewal
